package dev.orrery.scheduler.engine.agreement;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.SchemaState;
import dev.orrery.scheduler.base.lifecycle.BuildInfo;
import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.lifecycle.StallScope;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * The protocols that every replica must support: the main protocol and those in use. They are read
 * from the database; during an outage the last known ones apply.
 */
@ApplicationScoped
public class ProtocolRequirement {
  private static final Logger LOG = Logger.getLogger(ProtocolRequirement.class);

  private static final Duration READ_TIMEOUT = Duration.ofMinutes(1);

  private final SchedulerProtocols protocols;
  private final MainProtocolStore store;
  private final AgreementConfig config;
  private final BuildInfo software;
  private final AtomicLong reads = new AtomicLong();
  private volatile boolean begun;
  private volatile Protocol main;
  private volatile Set<Protocol> inUse = Set.of();
  private volatile Set<Protocol> powerJobInUse = Set.of();
  private volatile int skewedSessions;

  ProtocolRequirement(
      SchedulerProtocols protocols,
      MainProtocolStore store,
      AgreementConfig config,
      BuildInfo software,
      ProgressWatch watch) {
    this.protocols = protocols;
    this.store = store;
    this.config = config;
    this.software = software;
    this.main = protocols.main();
    watch.watch("protocols", StallScope.SHARED, READ_TIMEOUT, () -> begun, reads::get);
  }

  void start(@Observes StartupEvent event, SchemaState schema) {
    if (!schema.isKnown()) {
      return;
    }
    store.recordFirst(protocols.main());
    refresh();
    if (main != protocols.main()) {
      LOG.warnf(
          "Configured main protocol differs from the one recorded in the database; using the"
              + " recorded one: configured=%s recorded=%s",
          protocols.main().canonicalName(), main.canonicalName());
    }
  }

  @Scheduled(every = "2s", delayed = "2s", concurrentExecution = ConcurrentExecution.SKIP)
  void everyTwoSeconds() {
    begun = true;
    try {
      refresh();
    } catch (DatabaseException e) {
      if (!e.isTemporary()) {
        throw e;
      }
      LOG.debugf("Failed to read required protocols; retrying: %s", e.getMessage());
    }
  }

  /** Reads the protocols from the database; blocks. */
  public void refresh() {
    MainProtocolStore.Required required =
        store.required(config.requiredWindow(), software.version());
    main = required.main();
    inUse = required.inUse();
    powerJobInUse = required.powerJob();
    skewedSessions = required.skewed();
    reads.incrementAndGet();
  }

  public Protocol main() {
    return main;
  }

  Set<Protocol> inUse() {
    return inUse;
  }

  /** Returns the protocols of live sessions of PowerJob workers. */
  Set<Protocol> powerJobInUse() {
    return powerJobInUse;
  }

  /** Returns the number of live sessions with another software version than this replica. */
  int skewedSessions() {
    return skewedSessions;
  }

  /**
   * Sets the main protocol that this replica has recorded; the others read it within two seconds.
   */
  public void mainProtocolChanged(Protocol recorded) {
    main = recorded;
  }
}
