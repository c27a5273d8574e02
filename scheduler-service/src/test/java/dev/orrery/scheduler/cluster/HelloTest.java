package dev.orrery.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelloTest {
  private static final UUID ID = UUID.randomUUID();

  @Test
  void arrivesAsItWasSent() {
    Hello hello = new Hello(ID, "1.0", List.of("http", "akka"), 1, 2, -7);

    assertThat(Hello.read(hello.json())).contains(hello);
  }

  @Test
  void fieldsOfNewerReplicasAreIgnoredAndMissingOnesHaveDefaults() {
    assertThat(Hello.read("{\"replica\":\"" + ID + "\",\"zone\":\"b\"}"))
        .contains(new Hello(ID, null, List.of(), 0, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"replica\":\"x\"}",
        "{\"replica\":\"00000000-0000-0000-0000-000000000001\",\"protocols\":[null]}"
      })
  void whatIsNoHelloIsNone(String text) {
    assertThat(Hello.read(text)).isEmpty();
  }
}
