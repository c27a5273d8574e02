package dev.orrery.scheduler.model.commit;

import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.lifecycle.StallScope;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;

/** The metrics of group commits: weights of queues and batches, refused requests, and stalls. */
@Singleton
public class CommitMetrics {
  private static final double[] SIZES = {1, 10, 100, 1_000, 10_000};

  /** Longer than a statement of the engine may take. */
  private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(30);

  private final MeterRegistry registry;
  private final ProgressWatch watch;

  public CommitMetrics(MeterRegistry registry, ProgressWatch watch) {
    this.registry = registry;
    this.watch = watch;
  }

  /** Registers the meters of a group, and returns the group. */
  public <I, O> GroupCommit<I, O> watch(GroupCommit<I, O> group) {
    String name = group.name().replace(' ', '_');
    Gauge.builder("orrery.commit.queue.weight", group, GroupCommit::queued)
        .description(
            "Weight of requests that wait for a commit on this replica; beyond its bound they get 429")
        .tag("kind", name)
        .register(registry);
    FunctionCounter.builder("orrery.commit.refused", group, GroupCommit::refused)
        .description(
            "Requests that this replica refused because the queue before the commit, or the share"
                + " of their app in it, was full")
        .tag("kind", name)
        .register(registry);
    DistributionSummary size =
        DistributionSummary.builder("orrery.commit.batch.weight")
            .description("Weight of the batches that this replica committed")
            .tag("kind", name)
            .serviceLevelObjectives(SIZES)
            .register(registry);
    group.whenCommitted(size::record);
    watch.watch(name, StallScope.SHARED, COMMIT_TIMEOUT, () -> group.queued() > 0, size::count);
    return group;
  }
}
