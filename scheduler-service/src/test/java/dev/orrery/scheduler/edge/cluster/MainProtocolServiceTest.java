package dev.orrery.scheduler.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.VersionRange;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.scheduler.engine.agreement.ProtocolRequirement;
import dev.orrery.scheduler.engine.agreement.TestAgreement;
import dev.orrery.scheduler.testkit.CapturedLog;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class MainProtocolServiceTest {
  private final SchedulerProtocols protocols =
      new SchedulerProtocols(
          List.of(Protocol.HTTP, Protocol.AKKA), Protocol.HTTP, VersionRange.SUPPORTED);
  private final ProtocolRequirement required = TestAgreement.requirement(protocols);
  private final MainProtocolService service =
      new MainProtocolService(
          new ReplicaStore(null) {
            @Override
            Protocol changeMain(
                Protocol main, String listenersName, BiConsumer<List<Replica>, Integer> check) {
              return required.main();
            }
          },
          protocols,
          required,
          null);

  @Test
  void logsChangeOfMainProtocol() {
    try (CapturedLog log = CapturedLog.of(MainProtocolService.class)) {
      assertThat(service.change(Protocol.AKKA)).isEqualTo(Protocol.HTTP);

      assertThat(log.lines()).containsExactly("INFO Main protocol changed: from=http to=akka");
    }
    assertThat(required.main()).isEqualTo(Protocol.AKKA);
  }

  @Test
  void logsNothingWhenMainProtocolIsUnchanged() {
    try (CapturedLog log = CapturedLog.of(MainProtocolService.class)) {
      assertThat(service.change(Protocol.HTTP)).isEqualTo(Protocol.HTTP);

      assertThat(log.lines()).isEmpty();
    }
  }
}
