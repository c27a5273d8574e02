package dev.orrery.scheduler.base.housekeeping;

import dev.orrery.scheduler.base.housekeeping.HousekeepingChore.Schedule;
import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import io.quarkus.arc.All;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Runs the periodic maintenance of all features, such as partitions, retention and repair checks.
 * Every replica runs it; running it twice is harmless.
 */
@ApplicationScoped
public class HousekeepingLoop {
  private final List<HousekeepingSource> sources;
  private final RetentionConfig retention;
  private final ChoreRuns runs;

  HousekeepingLoop(
      @All List<HousekeepingSource> sources, RetentionConfig retention, ProgressWatch watch) {
    this.sources = sources;
    this.retention = retention;
    this.runs = new ChoreRuns(watch);
  }

  /** Begins soon, because a scheduler may run for less than an hour at a time. */
  @Scheduled(every = "1h", delayed = "3m", concurrentExecution = ConcurrentExecution.SKIP)
  public void hourly() {
    HousekeepingChore.runAll(runs, chores(Schedule.HOURLY));
  }

  @Scheduled(every = "60s", delayed = "60s", concurrentExecution = ConcurrentExecution.SKIP)
  public void everyMinute() {
    HousekeepingChore.runAll(runs, chores(Schedule.EVERY_MINUTE));
  }

  @Scheduled(every = "60s", delayed = "60s", concurrentExecution = ConcurrentExecution.SKIP)
  public void repair() {
    HousekeepingChore.runAll(runs, chores(Schedule.REPAIR));
  }

  @Scheduled(every = "10s", delayed = "10s", concurrentExecution = ConcurrentExecution.SKIP)
  public void everyTenSeconds() {
    HousekeepingChore.runAll(runs, chores(Schedule.EVERY_TEN_SECONDS));
  }

  List<HousekeepingChore> chores(Schedule schedule) {
    return sources.stream()
        .flatMap(source -> source.chores(retention).stream())
        .filter(chore -> chore.schedule() == schedule)
        .toList();
  }
}
