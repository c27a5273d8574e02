package dev.orrery.scheduler.engine.agreement;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.VersionRange;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** The protocols and versions that this replica offers, from its configuration. */
final class ActiveProtocols {

  @Produces
  @Singleton
  SchedulerProtocols protocols(ProtocolConfig config) {
    List<Protocol> active = Protocol.parseList(config.active());
    Protocol main = config.main().map(Protocol::parse).orElse(active.get(0));
    return new SchedulerProtocols(active, main, VersionRange.SUPPORTED);
  }
}
