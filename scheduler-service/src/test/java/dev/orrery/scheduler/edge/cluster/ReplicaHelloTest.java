package dev.orrery.scheduler.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.ServerIdentity;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaHelloTest {
  private static final UUID ID = UUID.randomUUID();

  @Test
  void readsWrittenHelloBackUnchanged() {
    ReplicaHello hello =
        new ReplicaHello(
            ID, "1.0", List.of("http", "akka"), 1, 2, -7, new ServerIdentity(Long.MAX_VALUE, 3));

    assertThat(ReplicaHello.read(hello.json())).contains(hello);
  }

  @Test
  void ignoresUnknownHelloFieldsAndDefaultsMissingFields() {
    assertThat(ReplicaHello.read("{\"replica\":\"" + ID + "\",\"zone\":\"b\"}"))
        .contains(new ReplicaHello(ID, null, List.of(), 0, 0, 0, null));
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
  void readsInvalidHelloAsEmpty(String text) {
    assertThat(ReplicaHello.read(text)).isEmpty();
  }
}
