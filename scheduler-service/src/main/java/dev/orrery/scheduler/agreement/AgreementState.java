package dev.orrery.scheduler.agreement;

import dev.orrery.protocol.Transport;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import org.jboss.logging.Logger;

/** How this replica's protocols stand to those that the others and the workers need. */
@ApplicationScoped
public class AgreementState {
  private static final Logger LOG = Logger.getLogger(AgreementState.class);

  private final SchedulerProtocols protocols;
  private final MainProtocolStore store;
  private final BoundPorts ports;
  private volatile Transport recordedMain;

  AgreementState(SchedulerProtocols protocols, MainProtocolStore store, BoundPorts ports) {
    this.protocols = protocols;
    this.store = store;
    this.ports = ports;
    this.recordedMain = protocols.main();
  }

  void record(@Observes StartupEvent event) {
    recordedMain = store.recordedMain(protocols.main());
    if (recordedMain != protocols.main()) {
      LOG.warnf(
          "orrery.protocols.main is %s here, but the main protocol on record is %s",
          protocols.main().canonicalName(), recordedMain.canonicalName());
    }
  }

  SchedulerProtocols protocols() {
    return protocols;
  }

  Transport recordedMain() {
    return recordedMain;
  }

  /** Active protocols whose listener is not bound. */
  List<Transport> unbound() {
    return protocols.active().stream().filter(transport -> !ports.isBound(transport)).toList();
  }

  boolean lacksRecordedMain() {
    return !protocols.active().contains(recordedMain);
  }
}
