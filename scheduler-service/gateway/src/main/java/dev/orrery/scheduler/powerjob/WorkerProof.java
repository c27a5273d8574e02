package dev.orrery.scheduler.powerjob;

import dev.orrery.scheduler.base.cache.ReadThroughCache;
import dev.orrery.scheduler.base.problem.ProblemMapper;
import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.base.quota.QuotaPermit;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.powerjob.app.OpenedApp;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Calls a worker before it gets a gateway session; a worker that does not answer gets none. A
 * heartbeat carries no secret, so anyone can send one for an address where no worker listens.
 */
@Singleton
class WorkerProof {
  /** A worker of another replica sends heartbeats here for as long as it likes. */
  private static final Duration CACHE_TIME = Duration.ofMinutes(1);

  /** Asking for a run that no worker has changes nothing. */
  static final long NO_RUN = 1;

  static final int MAX_CALLED = 1_000;

  private final GatewayLoop loop;
  private final JoinRefusal refusals;
  private final AppQuota called;
  private final ReadThroughCache<WorkerChannel, Boolean> answered;

  /** The number of workers that are called again later. */
  private int pausing;

  WorkerProof(
      GatewayLoop loop,
      PowerJobConfig config,
      JoinRefusal refusals,
      QuotaMetrics quotas,
      Ticker ticker) {
    this.loop = loop;
    this.refusals = refusals;
    this.called =
        quotas.watch(
            "powerjob_new_workers", new AppQuota(MAX_CALLED, config.maxNewWorkersPerAddress()));
    this.answered = new ReadThroughCache<>(CACHE_TIME, PowerJobLimits.MAX_SESSIONS, ticker);
  }

  /**
   * Returns whether the worker answers a call, now or within the last minute; false as well if too
   * many workers of its address are being called. A refusal is recorded.
   */
  CompletableFuture<Boolean> of(OpenedApp app, WorkerChannel channel) {
    return answered
        .start(channel, missing -> call(app, missing, PowerJobLimits.FIRST_PROOF_PAUSE))
        .exceptionally(failure -> false);
  }

  private CompletableFuture<Boolean> call(OpenedApp app, WorkerChannel channel, Duration pause) {
    Optional<QuotaPermit> place = called.hold(LimiterKey.of(channel.host()), 1);
    if (place.isEmpty()) {
      refusals.tooManyNew(app, channel.host());
      return CompletableFuture.failedFuture(new UnansweredException());
    }
    return channel
        .knows(NO_RUN)
        .toCompletionStage()
        .toCompletableFuture()
        .whenComplete((knows, failure) -> place.get().release())
        .thenApply(knows -> true)
        .exceptionallyComposeAsync(failure -> callAgain(app, channel, pause, failure), loop);
  }

  /** It holds no place meanwhile. */
  private CompletableFuture<Boolean> callAgain(
      OpenedApp app, WorkerChannel channel, Duration pause, Throwable failure) {
    boolean isClosed = ProblemMapper.unwrap(failure) instanceof WorkerTransport.UnsentException;
    if (!isClosed
        || pause.compareTo(PowerJobLimits.LAST_PROOF_PAUSE) > 0
        || pausing >= MAX_CALLED) {
      refusals.unanswered(app, channel.address(), failure);
      return CompletableFuture.failedFuture(new UnansweredException());
    }
    pausing++;
    CompletableFuture<Void> over = new CompletableFuture<>();
    loop.after(
        pause.toMillis(),
        () -> {
          pausing--;
          over.complete(null);
        });
    return over.thenCompose(now -> call(app, channel, pause.multipliedBy(2)));
  }

  /** Keeps the cache from remembering the answer. */
  private static final class UnansweredException extends Exception {
    private static final long serialVersionUID = 1L;

    UnansweredException() {
      super(null, null, false, false);
    }
  }
}
