package dev.orrery.scheduler.engine.submission;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.engine.submission.BackfillStore.Job;
import dev.orrery.scheduler.engine.submission.BackfillStore.LockedTrigger;
import dev.orrery.scheduler.engine.submission.BackfillStore.Stored;
import dev.orrery.scheduler.engine.submission.Submission.Idempotency;
import dev.orrery.scheduler.model.job.JobNameStore;
import dev.orrery.scheduler.model.job.JobVersion;
import dev.orrery.scheduler.model.job.JobVersionCache;
import dev.orrery.scheduler.model.job.JobVersionCache.Budget;
import dev.orrery.scheduler.model.propagation.JobChangePropagator;
import dev.orrery.scheduler.model.propagation.JobConcurrencyStore;
import dev.orrery.trigger.Trigger;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes instances for past fire times that have not run. Each method has committed when it returns.
 */
@ApplicationScoped
public class BackfillService {
  private final EngineDatabase database;
  private final JobVersionCache versions;
  private final JobChangePropagator changes;
  private final RetentionConfig retention;
  private final HintBus hints;

  BackfillService(
      EngineDatabase database,
      JobVersionCache versions,
      JobChangePropagator changes,
      RetentionConfig retention,
      HintBus hints) {
    this.database = database;
    this.versions = versions;
    this.changes = changes;
    this.retention = retention;
    this.hints = hints;
  }

  /**
   * The view is read in the transaction, so no error follows a commit.
   *
   * @param job empty if an earlier call made the backfill
   */
  private record Made(Optional<JobVersion> job, BackfillView backfill) {}

  private record Canceled(BackfillView backfill, Runnable publish) {}

  /**
   * Makes an instance for each fire time of the span that has none, or only a SKIPPED one. Fire
   * times that the trigger has not handled yet are left to the trigger.
   *
   * @param call null if it has no key; a repeated one returns the first backfill as it is now
   * @throws ProblemException {@code JOB_NOT_FOUND}, {@code INVALID}; no instance is made then
   */
  BackfillView start(int app, String jobName, BackfillRequest request, Idempotency call) {
    Made made = database.transaction(connection -> start(connection, app, jobName, request, call));
    made.job()
        .ifPresent(
            job -> {
              hints.lanesReady(Set.of(job.laneId()));
              hints.unblock(Set.of(job.jobId()));
            });
    return made.backfill();
  }

  private Made start(
      Connection connection, int app, String jobName, BackfillRequest request, Idempotency call)
      throws SQLException {
    if (call == null) {
      return start(connection, app, jobName, request);
    }
    Optional<List<Long>> before = IdempotencyStore.findOrReserve(connection, app, call);
    if (before.isPresent()) {
      long id = before.get().get(0);
      return new Made(Optional.empty(), view(connection, find(connection, app, jobName, id)));
    }
    Made made = start(connection, app, jobName, request);
    IdempotencyStore.keep(connection, app, call, List.of(Long.valueOf(made.backfill().id())));
    return made;
  }

  private Made start(Connection connection, int app, String jobName, BackfillRequest request)
      throws SQLException {
    Job job = requireJob(connection, app, jobName);
    JobVersion version =
        versions.load(connection, Set.of(job.version()), Budget.STEP).get(job.version());
    if (!version.isReadable()) {
      throw ProblemException.unavailable(
          "Job '" + jobName + "' cannot be read by this release: " + version.unreadable());
    }
    boolean waitForPredecessors = request.overlap() == BackfillOverlap.QUEUE_ALL;
    if (waitForPredecessors) {
      // Comes before the lock of the trigger, as everywhere.
      JobConcurrencyStore.scheduleRecheck(connection, List.of(job.id()));
    }
    LockedTrigger locked =
        BackfillStore.lockTrigger(connection, job.id())
            .filter(trigger -> !(version.trigger() instanceof Trigger.Delay))
            .orElseThrow(() -> withoutPastFireTimes(jobName, version.trigger()));
    Instant until = request.boundedUntil(locked.now(), retention.history());
    List<Instant> fireTimes =
        BackfillRule.fireTimes(version.trigger(), locked, request.from(), until);
    fireTimes.removeAll(BackfillStore.haveRun(connection, job.id(), request.from(), until));
    BackfillStore.latestPruned(connection, job.id()).ifPresent(request::requireAfter);
    if (waitForPredecessors && !fireTimes.isEmpty()) {
      JobConcurrencyStore.ensure(connection, job.id());
      changes.begin(connection, List.of(job.id())).run();
    }
    List<Long> instances = BackfillStore.make(connection, version, fireTimes, waitForPredecessors);
    long id = BackfillStore.keep(connection, job.id(), request, until, instances);
    return new Made(Optional.of(version), view(connection, find(connection, app, jobName, id)));
  }

  List<BackfillView> page(int app, String job, long before, int limit) {
    return database.read(
        connection -> {
          requireJob(connection, app, job);
          List<BackfillView> views = new ArrayList<>();
          for (Stored stored : BackfillStore.page(connection, app, job, before, limit)) {
            views.add(view(connection, stored));
          }
          return views;
        });
  }

  /**
   * @throws ProblemException {@code NOT_FOUND}
   */
  BackfillView get(int app, String job, long id) {
    return database.read(connection -> view(connection, find(connection, app, job, id)));
  }

  /**
   * Cancels the instances of the backfill that have not ended; a second call changes nothing.
   *
   * @throws ProblemException {@code NOT_FOUND}
   */
  BackfillView cancel(int app, String job, long id) {
    Stored stored = database.autocommit(connection -> find(connection, app, job, id));
    if (stored.firstInstance() == null) {
      return get(app, job, id);
    }
    Canceled canceled =
        database.transaction(
            connection -> {
              JobConcurrencyStore.scheduleRecheck(connection, List.of(stored.jobId()));
              BackfillStore.lockTrigger(connection, stored.jobId());
              BackfillStore.cancel(connection, id);
              Runnable publish =
                  changes.beginAt(connection, stored.jobId(), stored.firstInstance());
              return new Canceled(view(connection, find(connection, app, job, id)), publish);
            });
    canceled.publish().run();
    // The due-work loop starts the recheck that cancels the rest.
    hints.dueIn(Duration.ZERO);
    return canceled.backfill();
  }

  private static Stored find(Connection connection, int app, String job, long id)
      throws SQLException {
    return BackfillStore.find(connection, app, job, id)
        .orElseThrow(
            () ->
                ProblemException.of(
                    ErrorCode.NOT_FOUND, "Job '" + job + "' has no backfill " + id + "."));
  }

  private static BackfillView view(Connection connection, Stored backfill) throws SQLException {
    return new BackfillView(
        Long.toString(backfill.id()),
        backfill.job(),
        backfill.from(),
        backfill.until(),
        backfill.overlap(),
        backfill.createdAt(),
        backfill.canceledAt(),
        backfill.instances(),
        BackfillStore.states(connection, backfill));
  }

  private static Job requireJob(Connection connection, int app, String name) throws SQLException {
    Optional<Job> job = BackfillStore.findJob(connection, app, name);
    if (job.isEmpty()) {
      throw JobNameStore.notFound(connection, app, name);
    }
    return job.get();
  }

  private static ProblemException withoutPastFireTimes(String job, Trigger trigger) {
    return ProblemException.invalid(
        "job",
        trigger instanceof Trigger.Delay
            ? "Job '"
                + job
                + "' has a trigger 'delay', which counts from the end of each run, so it has no"
                + " fire times of the past. 'cron', 'every' and 'at' have them."
            : "Job '" + job + "' has no trigger, so it has no fire times.");
  }
}
