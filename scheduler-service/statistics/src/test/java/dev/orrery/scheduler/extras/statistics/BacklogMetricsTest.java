package dev.orrery.scheduler.extras.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.engine.agreement.TestSoftware;
import dev.orrery.scheduler.extras.statistics.BacklogSnapshot.State;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Gauges of the backlog. Each number has another value, so that no two are mixed up. */
class BacklogMetricsTest {
  private static final BacklogSnapshot BACKLOG =
      new BacklogSnapshot(
          Map.of(State.SCHEDULED, 1L, State.READY, 2L, State.BLOCKED, 3L, State.RUNNING, 4L),
          5.5,
          Map.of("one", 6L, "other", 7L),
          Map.of("http", 8L, "akka", 9L),
          10,
          11.5,
          12);

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final SettableTicker ticker = new SettableTicker();
  private BacklogSnapshot stored = BACKLOG;
  private String software;

  /** Kept here, because a gauge does not keep its source from the garbage collector. */
  BacklogMetrics metrics;

  @BeforeEach
  void register() {
    metrics =
        new BacklogMetrics(
            new BacklogStore(null) {
              @Override
              BacklogSnapshot read(String softwareVersion) {
                software = softwareVersion;
                if (stored == null) {
                  throw DatabaseFailures.outage();
                }
                return stored;
              }
            },
            TestSoftware.of("1.2.3"),
            Gauges.direct(),
            ticker,
            registry);
  }

  /** The first scrape finds the apps. */
  private Map<String, Double> scrape() {
    Gauges.of(registry);
    return Gauges.of(registry);
  }

  @Test
  void exposesEveryBacklogValueAsGauge() {
    assertThat(scrape())
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("orrery.instances{state=scheduled}", 1.0),
                Map.entry("orrery.instances{state=ready}", 2.0),
                Map.entry("orrery.instances{state=blocked}", 3.0),
                Map.entry("orrery.instances{state=running}", 4.0),
                Map.entry("orrery.oldest.ready.age{}", 5.5),
                Map.entry("orrery.app.work{app=one}", 6.0),
                Map.entry("orrery.app.work{app=other}", 7.0),
                Map.entry("orrery.sessions{protocol=http}", 8.0),
                Map.entry("orrery.sessions{protocol=akka}", 9.0),
                Map.entry("orrery.sessions{protocol=mu}", 0.0),
                Map.entry("orrery.sessions.skewed{}", 10.0),
                Map.entry("orrery.database.oldest.transaction{}", 11.5),
                Map.entry("orrery.jobs.overdue{}", 12.0)));
    assertThat(software).isEqualTo("1.2.3");
  }

  @Test
  void showsZeroForProtocolWithoutSessions() {
    stored = new BacklogSnapshot(BACKLOG.waiting(), 0, Map.of(), Map.of("akka", 9L), 0, 0, 0);

    assertThat(scrape()).containsEntry("orrery.sessions{protocol=http}", 0.0);
  }

  @Test
  void removesGaugeOfAppWithoutWork() {
    scrape();
    stored = new BacklogSnapshot(BACKLOG.waiting(), 0, Map.of("other", 1L), Map.of(), 0, 0, 0);
    ticker.advance(Duration.ofSeconds(4));

    assertThat(scrape())
        .containsEntry("orrery.app.work{app=other}", 1.0)
        .doesNotContainKey("orrery.app.work{app=one}");
  }

  @Test
  void reportsNaNAfterOneMinuteOfDatabaseOutage() {
    scrape();
    stored = null;
    ticker.advance(Duration.ofSeconds(59));
    assertThat(scrape()).containsEntry("orrery.instances{state=ready}", 2.0);

    ticker.advance(Duration.ofSeconds(2));

    assertThat(scrape().values()).containsOnly(Double.NaN);
  }
}
