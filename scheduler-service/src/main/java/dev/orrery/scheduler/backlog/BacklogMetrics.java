package dev.orrery.scheduler.backlog;

import dev.orrery.protocol.Transport;
import dev.orrery.scheduler.agreement.Software;
import dev.orrery.scheduler.backlog.Backlog.State;
import dev.orrery.scheduler.group.HotExecutor;
import dev.orrery.scheduler.look.Look;
import dev.orrery.scheduler.look.Look.Subject;
import dev.orrery.scheduler.time.Ticker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What the database holds, as gauges; no number while the database is away. */
@Startup
@Singleton
class BacklogMetrics {
  private static final String SECONDS = "seconds";

  private static final Duration FRESH = Duration.ofSeconds(3);
  private static final Duration STALE = Duration.ofMinutes(1);

  private final Look<Backlog> look;
  private final MultiGauge work;

  BacklogMetrics(
      BacklogStore store,
      Software software,
      HotExecutor executor,
      Ticker ticker,
      MeterRegistry registry) {
    this.look =
        new Look<>(
            new Subject<>("backlog", () -> shown(store.look(software.version())), FRESH, STALE),
            executor,
            ticker);
    work =
        MultiGauge.builder("orrery.app.work")
            .description(
                "Instances of the app that are ready (at most "
                    + Backlog.READY_OF_APP
                    + ") or running, of all replicas; of the "
                    + Backlog.APPS
                    + " apps with most of them, among those with workers or work")
            .register(registry);
    for (State state : State.values()) {
      gauge("orrery.instances", backlog -> backlog.waiting().get(state))
          .description(
              "Instances that have not ended, of all replicas; above "
                  + Backlog.EXACT
                  + " an estimate")
          .tag("state", state.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    gauge("orrery.ready.age", Backlog::readyAgeSeconds)
        .description("How long the oldest ready instance has been due; 0 where none is ready")
        .baseUnit(SECONDS)
        .register(registry);
    for (Transport transport : Transport.values()) {
      gauge(
              "orrery.sessions",
              backlog -> backlog.sessions().getOrDefault(transport.canonicalName(), 0L))
          .description("Live sessions of workers, of all replicas")
          .tag("transport", transport.canonicalName())
          .register(registry);
    }
    gauge("orrery.sessions.skewed", Backlog::skewedSessions)
        .description("Live sessions whose software is of another version than this scheduler")
        .register(registry);
    gauge("orrery.database.oldest.transaction", Backlog::oldestTransactionSeconds)
        .description(
            "Age of the oldest open transaction of the database; while one stays open, claims slow"
                + " down")
        .baseUnit(SECONDS)
        .register(registry);
  }

  /** Which apps there are is known by the look alone. */
  private Backlog shown(Backlog backlog) {
    work.register(backlog.work().keySet().stream().map(this::row).toList());
    return backlog;
  }

  private MultiGauge.Row<Look<Backlog>> row(String app) {
    return MultiGauge.Row.of(
        Tags.of("app", app),
        look,
        from ->
            from.current()
                .map(backlog -> (double) backlog.work().getOrDefault(app, 0L))
                .orElse(Double.NaN));
  }

  private Gauge.Builder<Look<Backlog>> gauge(String name, ToDoubleFunction<Backlog> value) {
    return Gauge.builder(
        name, look, from -> from.current().map(value::applyAsDouble).orElse(Double.NaN));
  }
}
