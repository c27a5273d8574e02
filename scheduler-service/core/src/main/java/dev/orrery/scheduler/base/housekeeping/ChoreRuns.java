package dev.orrery.scheduler.base.housekeeping;

import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.lifecycle.StallScope;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the successful runs of each chore. A chore without one for three periods is stalled. */
final class ChoreRuns {
  private static final Duration SLACK = Duration.ofMinutes(1);

  private final ProgressWatch watch;
  private final Map<String, AtomicLong> ended = new ConcurrentHashMap<>();

  ChoreRuns(ProgressWatch watch) {
    this.watch = watch;
  }

  /** Expects a successful run of the chore in each period from now on. */
  void expect(HousekeepingChore chore, Duration period) {
    AtomicLong runs = ended.computeIfAbsent(chore.name(), name -> new AtomicLong());
    watch.watch(
        "chore_" + chore.name().replace(' ', '_'),
        StallScope.SHARED,
        period.multipliedBy(3).plus(SLACK),
        () -> true,
        runs::get);
  }

  void ended(HousekeepingChore chore) {
    ended.get(chore.name()).incrementAndGet();
  }
}
