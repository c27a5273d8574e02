package dev.orrery.protocol.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.orrery.protocol.Transport;
import dev.orrery.protocol.VersionRange;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchedulerProtocolsTest {
  @Test
  void mainProtocolMustBeActive() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new SchedulerProtocols(
                    List.of(Transport.HTTP), Transport.AKKA, VersionRange.SUPPORTED))
        .withMessageContaining("akka");
  }

  @Test
  void activeNamesAreWrittenAsInTheConfiguration() {
    SchedulerProtocols protocols =
        new SchedulerProtocols(
            List.of(Transport.AKKA, Transport.HTTP), Transport.HTTP, VersionRange.SUPPORTED);

    assertThat(protocols.activeNames()).isEqualTo("akka,http");
  }
}
