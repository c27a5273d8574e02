package dev.orrery.scheduler.model.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.lifecycle.StalledSeconds;
import dev.orrery.scheduler.base.time.SettableTicker;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommitMetricsTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final SettableTicker ticker = new SettableTicker();
  private final ManualExecutor executor = new ManualExecutor();

  /** Two batches, of three and of four. */
  @Test
  void recordsBatchWeightsAndShowsWaitingWeight() {
    GroupCommit<Integer, Integer> group = group();
    for (int weight : new int[] {1, 2, 4}) {
      var unused = group.submit(1, weight);
    }

    assertThat(waiting()).isEqualTo(7);
    executor.runAll();
    assertThat(waiting()).isZero();
    DistributionSummary batches = registry.get("orrery.commit.batch.weight").summary();
    assertThat(batches.getId().getTag("kind")).isEqualTo("large_things");
    assertThat(batches.count()).isEqualTo(2);
    assertThat(batches.totalAmount()).isEqualTo(7);
    assertThat(batches.max()).isEqualTo(4);
  }

  /** The queue takes 100. */
  @Test
  void countsRefusedRequests() {
    GroupCommit<Integer, Integer> group = group();
    int refused = 0;
    for (int n = 0; n < 60; n++) {
      refused += group.submit(1, 2).isCompletedExceptionally() ? 1 : 0;
    }

    assertThat(refused).isBetween(10, 50);
    assertThat(
            registry
                .get("orrery.commit.refused")
                .tag("kind", "large_things")
                .functionCounter()
                .count())
        .isEqualTo(refused);
  }

  @Test
  void reportsStallWhenRequestsWaitWithoutCommit() {
    GroupCommit<Integer, Integer> group = group();
    assertThat(stalledAfter(100)).isZero();
    assertThat(stalledAfter(100)).isZero();
    var first = group.submit(1, 1);
    assertThat(stalledAfter(0)).isZero();
    assertThat(stalledAfter(32)).isEqualTo(2);

    executor.runAll();
    assertThat(first).isCompleted();
    var second = group.submit(1, 1);

    assertThat(stalledAfter(32)).isZero();
    assertThat(stalledAfter(32)).isEqualTo(2);
    assertThat(second).isNotDone();
  }

  private GroupCommit<Integer, Integer> group() {
    return new CommitMetrics(registry, new ProgressWatch(registry, ticker))
        .watch(
            new GroupCommit<>(
                new GroupCommit.Settings("large things", 4, 100, 1),
                executor,
                Integer::intValue,
                item -> null,
                items -> items));
  }

  private double stalledAfter(int seconds) {
    ticker.advance(Duration.ofSeconds(seconds));
    return StalledSeconds.of(registry, "large_things");
  }

  private double waiting() {
    return registry.get("orrery.commit.queue.weight").tag("kind", "large_things").gauge().value();
  }
}
