package dev.orrery.scheduler.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.watch.UnwatchedParts;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class CommitMetricsTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final ManualExecutor executor = new ManualExecutor();

  /** Two batches, of three and of four. */
  @Test
  void weightOfEachBatchIsRecordedAndThatWhichWaitsIsShown() {
    GroupCommit<Integer, Integer> group =
        new CommitMetrics(registry, UnwatchedParts.watch())
            .watch(
                new GroupCommit<>(
                    new GroupCommit.Settings("large things", 4, 100, 1),
                    executor,
                    Integer::intValue,
                    item -> null,
                    items -> items));
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

  private double waiting() {
    return registry.get("orrery.commit.queue.weight").tag("kind", "large_things").gauge().value();
  }
}
