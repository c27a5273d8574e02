package dev.orrery.scheduler.powerjob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.startup.StartupException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PowerJobAkkaListenerTest {
  @ParameterizedTest
  @ValueSource(strings = {"http,akka", "HTTP, Akka", " AKKA ,http"})
  void readsProtocolNamesIgnoringCase(String names) {
    assertThat(PowerJobAkkaListener.served(names))
        .containsExactlyInAnyOrder(Protocol.HTTP, Protocol.AKKA);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          akka      | orrery.powerjob.protocols=akka lacks http
          http,mqtt | orrery.powerjob.protocols='http,mqtt'
          """)
  void refusesUnknownProtocolsAndMissingHttp(String names, String says) {
    assertThatThrownBy(() -> PowerJobAkkaListener.served(names))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(says);
  }

  @Test
  void refusesPortOfOrreryAkka() {
    assertThatThrownBy(() -> PowerJobAkkaListener.requireAnotherPort(10086, 10086))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(
            "orrery.powerjob.akka.port and orrery.protocols.akka.port are both 10086");
    assertThatCode(
            () -> {
              PowerJobAkkaListener.requireAnotherPort(10087, 10086);
              PowerJobAkkaListener.requireAnotherPort(0, 0);
            })
        .doesNotThrowAnyException();
  }
}
