package dev.orrery.scheduler.engine.submission;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.RefusalLimit;
import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.completion.InstanceMetrics;
import dev.orrery.scheduler.engine.submission.SubmissionStore.Outcome;
import dev.orrery.scheduler.model.commit.CommitMetrics;
import dev.orrery.scheduler.model.commit.GroupCommit;
import dev.orrery.scheduler.model.job.document.ShardParameters;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Accepts the submissions of the API, and commits them in groups. */
@ApplicationScoped
public class SubmissionService {
  private final SubmissionStore store;
  private final Ticker ticker;
  private final HintBus hints;
  private final InstanceMetrics metrics;
  private final AppQuota quota;
  private final RefusalLimit refusals;
  private final GroupCommit<Submission, Stored> group;

  SubmissionService(
      SubmissionStore store,
      EngineExecutor executor,
      Ticker ticker,
      HintBus hints,
      InstanceMetrics metrics,
      CommitMetrics groups,
      QuotaMetrics quotas) {
    this.store = store;
    this.refusals = new RefusalLimit(executor, "Too many runs of unknown jobs are being refused.");
    this.ticker = ticker;
    this.hints = hints;
    this.metrics = metrics;
    this.quota =
        quotas.watch(
            SubmissionLimits.COMMIT.name(),
            new AppQuota(SubmissionLimits.COMMIT.maxQueued(), SubmissionLimits.MAX_QUEUED_PER_APP));
    this.group =
        groups.watch(
            new GroupCommit<>(
                SubmissionLimits.COMMIT,
                executor,
                Submission::weight,
                SubmissionService::exclusiveKey,
                this::store));
  }

  /**
   * @param justNow true if the commit was fast enough to count as on time
   */
  private record Stored(Outcome outcome, boolean justNow) {}

  /**
   * Creates the instances; the ids are committed when the future completes.
   *
   * @return the ids in the order of the runs, or a {@link ProblemException}: {@code JOB_NOT_FOUND},
   *     {@code INVALID} (key reused, or a parameter that the job sets), {@code FORBIDDEN} (a job
   *     that no application has declared), {@code OVERLOADED}; no instance was created then
   */
  public CompletableFuture<List<Long>> submit(Submission submission) {
    int weight = submission.weight();
    if (!quota.take(submission.appId(), weight)) {
      return CompletableFuture.failedFuture(
          ProblemException.overloaded(
              "Too many runs of this app, or of all apps, are waiting to be stored."));
    }
    return group
        .submit(submission.appId(), submission)
        .thenCompose(
            stored ->
                needsLookup(submission, stored)
                    ? refusals.refuse(() -> earlierOrRefused(submission, stored))
                    : CompletableFuture.completedFuture(publish(stored)))
        // After a refusal, too: it reads, and so counts towards the share of the app.
        .whenComplete((ids, failure) -> quota.release(submission.appId(), weight));
  }

  private static boolean needsLookup(Submission submission, Stored stored) {
    return stored.outcome() instanceof Outcome.UnknownJobs
        || (stored.outcome() instanceof Outcome.Refused && submission.idempotency() != null);
  }

  /** A job may have changed since the first call with the key, whose answer may be lost. */
  private List<Long> earlierOrRefused(Submission submission, Stored stored) {
    return store
        .earlier(submission)
        .orElseGet(
            () -> {
              if (stored.outcome() instanceof Outcome.UnknownJobs unknown) {
                throw store.notFound(submission.appId(), unknown.names());
              }
              return publish(stored);
            });
  }

  private List<Stored> store(List<Submission> submissions) {
    long started = ticker.nanos();
    List<Outcome> outcomes = store.submit(submissions);
    boolean justNow = ticker.nanos() - started < HintBus.JUST_NOW.toNanos();
    return outcomes.stream().map(outcome -> new Stored(outcome, justNow)).toList();
  }

  /** Returns the ids of what was stored, and tells the engine of it; throws what was refused. */
  private List<Long> publish(Stored stored) {
    Outcome outcome = stored.outcome();
    if (outcome instanceof Outcome.Made made) {
      metrics.submitted(made.ids().size());
      if (stored.justNow()) {
        hints.lanesBecameReady(made.readyLanes());
      } else {
        hints.lanesReady(made.readyLanes());
      }
      hints.unblock(made.limitedJobs());
      if (made.nextDueIn() != null) {
        hints.dueIn(made.nextDueIn());
      }
      return made.ids();
    }
    if (outcome instanceof Outcome.Repeated repeated) {
      return repeated.ids();
    }
    if (outcome instanceof Outcome.UndeclaredJobs undeclared) {
      throw new ProblemException(
          ProblemDetail.of(
              ErrorCode.FORBIDDEN,
              "No application has declared '%s', and the role declare runs no other jobs. Use a token with the role operator."
                  .formatted(String.join("', '", undeclared.names())),
              "job"));
    }
    if (outcome instanceof Outcome.SetsShards refused) {
      throw ProblemException.invalid(
          "parameters",
          "The parameters '%s' and '%s' are set by the fanOut of job '%s'; rename yours."
              .formatted(ShardParameters.INDEX, ShardParameters.COUNT, refused.job()));
    }
    if (outcome instanceof Outcome.KeyForgotten) {
      throw ProblemException.unavailable("The idempotency key has just expired; try again.");
    }
    throw IdempotencyStore.reused();
  }

  /**
   * Two calls with the same key must not share a statement, which could not tell which came first.
   */
  private static Object exclusiveKey(Submission submission) {
    return submission.idempotency() == null
        ? null
        : List.of(submission.appId(), submission.idempotency().key());
  }
}
