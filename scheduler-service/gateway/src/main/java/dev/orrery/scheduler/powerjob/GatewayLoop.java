package dev.orrery.scheduler.powerjob;

import dev.orrery.protocol.log.RateLimitedLog;
import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.lifecycle.StallScope;
import dev.orrery.scheduler.base.problem.ProblemMapper;
import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.base.time.TimerThread;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The thread that owns all gateway sessions of this replica and their runs, so that they need no
 * locks. Messages of workers, answers of the engine and of workers, and timers arrive as events; no
 * event blocks. Messages that wait are bounded by app, and answers by the questions of the gateway
 * sessions.
 */
@Singleton
class GatewayLoop implements Executor {
  /** The messages that wait, and those of one app. Its workers send them again. */
  static final int MAX_MESSAGES = 20_000;

  static final int MAX_MESSAGES_PER_APP = 5_000;

  private static final long STOP_SECONDS = 5;
  private static final Logger LOG = Logger.getLogger(GatewayLoop.class);

  private final AppQuota messages;
  private final Ticker ticker;
  private final RateLimitedLog dropped;
  private final OwnerThread owner = new OwnerThread();
  private final ScheduledThreadPoolExecutor thread = TimerThread.named("orrery-powerjob-loop");
  private long longestTurnNanos;
  private boolean stopped;

  GatewayLoop(QuotaMetrics quotas, ProgressWatch watch, Ticker ticker) {
    this.ticker = ticker;
    this.messages =
        quotas.watch("powerjob_messages", new AppQuota(MAX_MESSAGES, MAX_MESSAGES_PER_APP));
    watch.watch(
        "powerjob",
        StallScope.OWN,
        PowerJobLimits.MAX_TURN,
        () -> !thread.getQueue().isEmpty(),
        thread::getCompletedTaskCount);
    this.dropped = new RateLimitedLog(System.getLogger(GatewayLoop.class.getName()), ticker::nanos);
  }

  /**
   * @throws RejectedExecutionException after the loop has stopped
   */
  @Override
  public void execute(Runnable event) {
    thread.execute(() -> turn(event));
  }

  /** Runs an event that other replicas or the next start can also run. */
  void executeUnlessStopped(Runnable event) {
    try {
      execute(event);
    } catch (RejectedExecutionException e) {
      LOG.debug("Dropped an event of the PowerJob sessions because the service is stopping");
    }
  }

  /**
   * Runs the event of a message that its worker sends again if it is dropped.
   *
   * @return false if too many messages wait, of the app or of all
   */
  boolean offer(int app, Runnable event) {
    if (!messages.take(app, 1)) {
      dropped.log(
          Level.WARNING,
          "messages",
          "Too many messages of PowerJob workers are waiting; dropping one, which is sent again:"
              + " app="
              + app);
      return false;
    }
    executeUnlessStopped(
        () -> {
          messages.release(app, 1);
          event.run();
        });
    return true;
  }

  /** Runs the handler as an event when the future has completed. */
  <T> void handle(Future<T> future, Handler<AsyncResult<T>> handler) {
    future.onComplete(result -> executeUnlessStopped(() -> handler.handle(result)));
  }

  /**
   * Runs the handler as an event when the future has completed.
   *
   * @return completes when the event is in the queue
   */
  <T> CompletableFuture<T> handle(CompletableFuture<T> future, BiConsumer<T, Throwable> handler) {
    return future.whenComplete(
        (value, failure) ->
            executeUnlessStopped(() -> handler.accept(value, ProblemMapper.unwrap(failure))));
  }

  void after(long millis, Runnable event) {
    owner.require();
    var unused = thread.schedule(() -> turn(event), millis, TimeUnit.MILLISECONDS);
  }

  void each(long seconds, Runnable event) {
    var unused =
        thread.scheduleWithFixedDelay(() -> turn(event), seconds, seconds, TimeUnit.SECONDS);
  }

  private void turn(Runnable event) {
    owner.require();
    if (stopped) {
      return;
    }
    long began = ticker.nanos();
    try {
      event.run();
    } catch (RuntimeException | Error e) {
      LOG.errorf(e, "An event of the PowerJob sessions failed; continuing with the next one");
    }
    longestTurnNanos = Math.max(longestTurnNanos, ticker.nanos() - began);
  }

  /** Returns the time of the longest event, and begins to measure again. */
  long takeLongestTurnNanos() {
    owner.require();
    long longest = longestTurnNanos;
    longestTurnNanos = 0;
    return longest;
  }

  boolean isStopped() {
    return thread.isShutdown();
  }

  /** Runs the last event, and returns its value; empty if the loop does not reach it in 5 s. */
  <T> Optional<T> stop(Supplier<T> last) throws InterruptedException {
    CompletableFuture<T> value = new CompletableFuture<>();
    execute(
        () -> {
          stopped = true;
          value.complete(last.get());
        });
    try {
      return Optional.of(value.get(STOP_SECONDS, TimeUnit.SECONDS));
    } catch (ExecutionException | TimeoutException e) {
      LOG.warnf("Failed to end the PowerJob sessions in order; stopping without it: %s", e);
      return Optional.empty();
    } finally {
      thread.shutdownNow();
    }
  }
}
