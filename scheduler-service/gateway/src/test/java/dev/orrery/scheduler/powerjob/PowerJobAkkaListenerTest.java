package dev.orrery.scheduler.powerjob;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import org.junit.jupiter.api.Test;

class PowerJobAkkaListenerTest {
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
