package dev.orrery.scheduler.powerjob;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.ProblemMapper;
import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.base.quota.QuotaPermit;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/**
 * The gateway sessions of this replica. Limits their number, in total and per app. Only {@link
 * GatewayLoop} changes it; any thread may look a session up.
 */
@Singleton
class GatewaySessionRegistry {
  private final RunTracker runs;
  private final UUID owner = UUID.randomUUID();
  private final NavigableMap<GatewaySessionStore.Key, GatewaySession> gatewaySessions =
      new ConcurrentSkipListMap<>();

  /** By how many milliseconds the clocks of workers are ahead, if it is noticeable. */
  private final Map<GatewaySessionStore.Key, Long> clockLeads = new ConcurrentHashMap<>();

  private final Map<TrackerKind, AppQuota> places = new EnumMap<>(TrackerKind.class);

  GatewaySessionRegistry(RunTracker runs, QuotaMetrics quotas) {
    this.runs = runs;
    for (TrackerKind kind : TrackerKind.values()) {
      AppQuota quota =
          new AppQuota(PowerJobLimits.MAX_SESSIONS, PowerJobLimits.MAX_SESSIONS_PER_APP);
      places.put(kind, quotas.watch(kind.quotaName(), quota));
    }
  }

  /** Returns the name of this replica as the owner of workers. */
  UUID owner() {
    return owner;
  }

  /**
   * Returns a place for a gateway session, or empty if this replica or the app has too many of its
   * kind.
   */
  Optional<QuotaPermit> holdPlace(GatewaySessionStore.Key key) {
    return places.get(key.kind()).hold(key.app(), 1);
  }

  int room() {
    return TrackerKind.values().length * PowerJobLimits.MAX_SESSIONS - gatewaySessions.size();
  }

  /** Adds a gateway session, and closes the one that the worker had before. */
  void put(GatewaySession gatewaySession) {
    GatewaySession before = gatewaySessions.put(gatewaySession.key(), gatewaySession);
    if (before != null) {
      before.close();
      before.place().release();
    }
  }

  Optional<GatewaySession> find(GatewaySessionStore.Key key) {
    return Optional.ofNullable(gatewaySessions.get(key));
  }

  /** Returns the sessions that a worker has at this replica. */
  Collection<GatewaySession> ofWorker(int app, WorkerChannel worker) {
    String text = worker.identity();
    return gatewaySessions
        .subMap(
            new GatewaySessionStore.Key(app, text, ""),
            new GatewaySessionStore.Key(app, text, String.valueOf(Character.MAX_VALUE)))
        .values();
  }

  /** Compares the clock of a worker with this one; 0 if the worker does not tell its time. */
  void compareClocks(GatewaySession gatewaySession, long workerMillis, long nowMillis) {
    long lead = workerMillis - nowMillis;
    if (workerMillis > 0
        && Math.abs(lead - clockLeads.getOrDefault(gatewaySession.key(), 0L))
            > PowerJobLimits.MAX_ON_THE_WAY.toMillis()) {
      clockLeads.put(gatewaySession.key(), lead);
    }
  }

  /** Returns by how much the clock of a worker is ahead; 0 if this replica does not hear it. */
  long clockLeadMillis(int app, WorkerChannel worker) {
    return ofWorker(app, worker).stream()
        .mapToLong(gatewaySession -> clockLeads.getOrDefault(gatewaySession.key(), 0L))
        .findFirst()
        .orElse(0);
  }

  Stream<GatewaySession> all() {
    return gatewaySessions.values().stream();
  }

  Stream<GatewaySession> ofSession(UUID session) {
    return all().filter(gatewaySession -> gatewaySession.id().equals(session));
  }

  /** The engine or another replica takes what the gateway session held. */
  void drop(GatewaySession gatewaySession) {
    gatewaySession.close();
    if (gatewaySessions.remove(gatewaySession.key(), gatewaySession)) {
      clockLeads.remove(gatewaySession.key());
    }
    gatewaySession.place().release();
    runs.drop(gatewaySession);
  }

  /**
   * Drops the gateway session if a call has failed because its session is over.
   *
   * @return true if it was dropped
   */
  boolean dropIfSessionGone(GatewaySession gatewaySession, Throwable failure) {
    boolean isGone =
        ProblemMapper.unwrap(failure) instanceof ProblemException problem
            && problem.problem().code() == ErrorCode.SESSION_GONE;
    if (isGone) {
      drop(gatewaySession);
    }
    return isGone;
  }
}
