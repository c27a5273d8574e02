package dev.orrery.scheduler.engine.agreement;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.VersionRange;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.scheduler.base.database.DatabaseReachability;
import dev.orrery.scheduler.base.lifecycle.Times;
import dev.orrery.scheduler.testkit.TestMetrics;
import java.time.Duration;
import java.util.List;

/** Makes {@link AgreementState} for tests of other packages. */
public final class TestAgreement {
  private TestAgreement() {}

  /** A replica that speaks HTTP, listens, and so may serve once it knows its seniors. */
  public static AgreementState listening() {
    SchedulerProtocols protocols =
        new SchedulerProtocols(List.of(Protocol.HTTP), Protocol.HTTP, VersionRange.SUPPORTED);
    PortRegistry ports = new PortRegistry();
    ports.bound(Protocol.HTTP, 10010);
    return new AgreementState(
        protocols,
        requirement(protocols),
        ports,
        Times.leaving(Duration.ZERO),
        new DatabaseReachability(),
        new OtherDialects(List.of(), key -> null));
  }

  /** The protocols as they are configured; it reads no database. */
  public static ProtocolRequirement requirement(SchedulerProtocols protocols) {
    return new ProtocolRequirement(protocols, null, null, null, TestMetrics.watch());
  }
}
