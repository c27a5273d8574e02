package dev.orrery.scheduler.extras.statistics;

import dev.orrery.protocol.Protocol;
import dev.orrery.scheduler.base.cache.CachedQuery;
import dev.orrery.scheduler.base.cache.CachedQuery.Subject;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.lifecycle.BuildInfo;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.extras.statistics.BacklogSnapshot.State;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Gauges of the database's backlog; they have no value while the database is not reachable. */
@Startup
@Singleton
class BacklogMetrics {
  private static final String SECONDS = "seconds";

  private static final Duration READ_INTERVAL = Duration.ofSeconds(3);
  private static final Duration MAX_AGE = Duration.ofMinutes(1);

  private final CachedQuery<BacklogSnapshot> backlog;
  private final MultiGauge work;

  BacklogMetrics(
      BacklogStore store,
      BuildInfo software,
      EngineExecutor executor,
      Ticker ticker,
      MeterRegistry registry) {
    this.backlog =
        new CachedQuery<>(
            new Subject<>(
                "backlog", () -> shown(store.read(software.version())), READ_INTERVAL, MAX_AGE),
            executor,
            ticker);
    work =
        MultiGauge.builder("orrery.app.work")
            .description(
                "Instances of the app that are ready (at most "
                    + BacklogLimits.MAX_READY_PER_APP
                    + ") or running, of all replicas; only the "
                    + BacklogLimits.MAX_APPS
                    + " apps with the most of them")
            .register(registry);
    for (State state : State.values()) {
      gauge("orrery.instances", backlog -> backlog.waiting().get(state))
          .description(
              "Instances that have not ended, of all replicas; above "
                  + BacklogLimits.MAX_COUNT
                  + " an estimate")
          .tag("state", state.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    gauge("orrery.oldest.ready.age", BacklogSnapshot::readyAgeSeconds)
        .description("Time since the oldest ready instance became due; 0 if none is ready")
        .baseUnit(SECONDS)
        .register(registry);
    for (Protocol protocol : Protocol.values()) {
      gauge(
              "orrery.sessions",
              backlog -> backlog.sessions().getOrDefault(protocol.canonicalName(), 0L))
          .description("Live sessions of workers, of all replicas")
          .tag("protocol", protocol.canonicalName())
          .register(registry);
    }
    gauge("orrery.sessions.skewed", BacklogSnapshot::skewedSessions)
        .description("Live sessions whose software version differs from this scheduler's")
        .register(registry);
    gauge("orrery.jobs.overdue", BacklogSnapshot::overdueJobs)
        .description("Jobs that have not succeeded for as long as their alerts.noSuccessFor")
        .register(registry);
    gauge("orrery.database.oldest.transaction", BacklogSnapshot::oldestTransactionSeconds)
        .description(
            "Age of the oldest open transaction of the database; while one stays open, claims slow"
                + " down")
        .baseUnit(SECONDS)
        .register(registry);
  }

  /** Registers a gauge for each app of the result, because the apps are not known in advance. */
  private BacklogSnapshot shown(BacklogSnapshot backlog) {
    work.register(backlog.work().keySet().stream().map(this::row).toList());
    return backlog;
  }

  private MultiGauge.Row<CachedQuery<BacklogSnapshot>> row(String app) {
    return MultiGauge.Row.of(
        Tags.of("app", app),
        backlog,
        from ->
            from.current()
                .map(backlog -> (double) backlog.work().getOrDefault(app, 0L))
                .orElse(Double.NaN));
  }

  private Gauge.Builder<CachedQuery<BacklogSnapshot>> gauge(
      String name, ToDoubleFunction<BacklogSnapshot> value) {
    return Gauge.builder(
        name, backlog, from -> from.current().map(value::applyAsDouble).orElse(Double.NaN));
  }
}
