package dev.orrery.scheduler.commit;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;

/** Sizes of group commits, and the number of items that wait for one. */
@Singleton
public class CommitMetrics {
  private static final double[] SIZES = {1, 10, 100, 1_000, 10_000};

  private final MeterRegistry registry;

  CommitMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Shows the group under its name; gives it back. */
  public <I, O> GroupCommit<I, O> watch(GroupCommit<I, O> group) {
    String name = group.name().replace(' ', '_');
    Gauge.builder("orrery.commit.queue.weight", group, GroupCommit::queued)
        .description("Weight of what waits for a commit on this replica; bounded, then 429")
        .tag("kind", name)
        .register(registry);
    DistributionSummary size =
        DistributionSummary.builder("orrery.commit.batch.weight")
            .description("Weight of the groups that this replica brought to a commit")
            .tag("kind", name)
            .serviceLevelObjectives(SIZES)
            .register(registry);
    group.whenCommitted(size::record);
    return group;
  }
}
