package dev.orrery.protocol.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.VersionRange;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchedulerProtocolsTest {
  @Test
  void requiresMainProtocolToBeActive() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new SchedulerProtocols(
                    List.of(Protocol.HTTP), Protocol.AKKA, VersionRange.SUPPORTED))
        .withMessageContaining("akka");
  }

  @Test
  void formatsActiveNamesAsConfigured() {
    SchedulerProtocols protocols =
        new SchedulerProtocols(
            List.of(Protocol.AKKA, Protocol.HTTP), Protocol.HTTP, VersionRange.SUPPORTED);

    assertThat(protocols.activeNames()).isEqualTo("akka,http");
  }
}
