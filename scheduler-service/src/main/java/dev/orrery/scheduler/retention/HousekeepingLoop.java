package dev.orrery.scheduler.retention;

import static dev.orrery.scheduler.lifecycle.LifecycleOrder.START_BEFORE_PORTS;

import dev.orrery.scheduler.database.SchemaState;
import dev.orrery.scheduler.lifecycle.ProgressWatch;
import dev.orrery.scheduler.retention.HousekeepingChore.Schedule;
import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;

/**
 * Periodic maintenance: partitions, retention, repair checks. Every replica runs it; running it
 * twice is harmless.
 */
@ApplicationScoped
public class HousekeepingLoop {
  private final List<HousekeepingSource> sources;
  private final RetentionConfig retention;
  private final PartitionCreation partitions;
  private final ChoreRuns runs;

  HousekeepingLoop(
      @All List<HousekeepingSource> sources,
      RetentionConfig retention,
      PartitionCreation partitions,
      ProgressWatch watch) {
    this.sources = sources;
    this.retention = retention;
    this.partitions = partitions;
    this.runs = new ChoreRuns(watch);
  }

  void start(@Observes @Priority(START_BEFORE_PORTS) StartupEvent event, SchemaState schema) {
    if (schema.isKnown()) {
      partitions.createAhead();
    }
  }

  /** Begins soon, because a scheduler may run for less than an hour at a time. */
  @Scheduled(every = "1h", delayed = "3m", concurrentExecution = ConcurrentExecution.SKIP)
  void hourly() {
    HousekeepingChore.runAll(runs, chores(Schedule.HOURLY));
  }

  @Scheduled(every = "60s", delayed = "60s", concurrentExecution = ConcurrentExecution.SKIP)
  public void everyMinute() {
    HousekeepingChore.runAll(runs, chores(Schedule.EVERY_MINUTE));
  }

  @Scheduled(every = "60s", delayed = "60s", concurrentExecution = ConcurrentExecution.SKIP)
  void repair() {
    HousekeepingChore.runAll(runs, chores(Schedule.REPAIR));
  }

  @Scheduled(every = "10s", delayed = "10s", concurrentExecution = ConcurrentExecution.SKIP)
  void everyTenSeconds() {
    HousekeepingChore.runAll(runs, chores(Schedule.EVERY_TEN_SECONDS));
  }

  List<HousekeepingChore> chores(Schedule schedule) {
    return sources.stream()
        .flatMap(source -> source.chores(retention).stream())
        .filter(chore -> chore.schedule() == schedule)
        .toList();
  }
}
