package dev.orrery.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.WorkerCounters;
import dev.orrery.worker.WorkerLoad;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Checks that each meter shows a different number of the worker. */
class AgentMetricsTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();

  private record FixedCounters(
      long started, long reported, long stale, long lost, long pollFailures, long sessions)
      implements WorkerCounters {}

  @Test
  void exposesEveryWorkerCounterAndLoadAsMetric() {
    FixedCounters counters = new FixedCounters(1, 2, 3, 4, 5, 6);
    WorkerLoad load = new WorkerLoad(7, 8, 9);

    AgentMetrics.counts(registry, counters);
    AgentMetrics.loads(registry, load, worker -> worker);

    assertThat(values())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "orrery.worker.attempts.started", (double) counters.started(),
                "orrery.worker.reports.taken", (double) counters.reported(),
                "orrery.worker.reports.stale", (double) counters.stale(),
                "orrery.worker.attempts.lost", (double) counters.lost(),
                "orrery.worker.polls.failed", (double) counters.pollFailures(),
                "orrery.worker.sessions", (double) counters.sessions(),
                "orrery.worker.attempts.running", (double) load.active(),
                "orrery.worker.reports.pending", (double) load.unreported(),
                "orrery.worker.capacity", (double) load.capacity()));
  }

  private Map<String, Double> values() {
    Map<String, Double> values = new TreeMap<>();
    for (Meter meter : registry.getMeters()) {
      values.put(meter.getId().getName(), meter.measure().iterator().next().getValue());
    }
    return values;
  }
}
