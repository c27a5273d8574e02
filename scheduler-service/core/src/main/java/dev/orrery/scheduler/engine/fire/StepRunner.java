package dev.orrery.scheduler.engine.fire;

import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.lifecycle.StallScope;
import dev.orrery.scheduler.base.time.Ticker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Runs each step of the due-work loop separately: a step that fails does not stop the others. It
 * pauses for {@link #SHORTEST_PAUSE}, or for twice the time that it took to fail if that is longer,
 * so that a step that fails slowly leaves most of the time to the others. The first loss of the
 * database is no fault of the step, and takes the shortest pause.
 *
 * <p>Confined to the thread of the loop, except for the watch.
 */
@Singleton
class StepRunner {
  private static final Logger LOG = Logger.getLogger(StepRunner.class);
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

  /** A step that fails for longer than this is stalled. */
  private static final Duration MAX_FAILING = Duration.ofSeconds(10);

  private final MeterRegistry registry;
  private final Ticker ticker;
  private final ProgressWatch watch;

  /** By the name of the step. */
  private final Map<String, Counter> failures = new HashMap<>();

  private final Map<String, Failing> failing = new ConcurrentHashMap<>();

  StepRunner(MeterRegistry registry, Ticker ticker, ProgressWatch watch) {
    this.registry = registry;
    this.ticker = ticker;
    this.watch = watch;
  }

  /** Watches a step and counts its failures; must be called before its first run. */
  void register(DueWorkStep step) {
    String name = step.name();
    failures.put(
        name,
        Counter.builder("orrery.steps.failed")
            .description("Failures of a step of the due-work loop, by step")
            .tag("step", name)
            .register(registry));
    watch.watch(name, StallScope.SHARED, MAX_FAILING, () -> failing.containsKey(name), () -> 0);
  }

  /** A step whose last run failed. */
  private record Failing(String reason, long failedAt, Duration pause) {}

  /** The result of a step. */
  enum Outcome {
    DONE,
    /** Nothing was done, because another replica holds the due rows. */
    FOUND_NOTHING,
    FAILED,
    /** The step lost the database, and its previous run had not failed. */
    LOST_DATABASE,
    /** The step failed before and has not run. */
    PAUSED
  }

  /** Runs a step unless it pauses. */
  Outcome run(DueWorkStep step, DueWork work) {
    if (!pauseOf(step).isZero()) {
      return Outcome.PAUSED;
    }
    long startedAt = ticker.nanos();
    try {
      int done = step.action().applyAsInt(work);
      if (failing.remove(step.name()) != null) {
        LOG.infof("Due-work step recovered: step=%s", step.name());
      }
      return done == 0 ? Outcome.FOUND_NOTHING : Outcome.DONE;
    } catch (RuntimeException | Error e) {
      return failed(step, e, startedAt);
    }
  }

  /** Returns how long the step still pauses after a failure; zero if it may run. */
  Duration pauseOf(DueWorkStep step) {
    Failing last = failing.get(step.name());
    if (last == null) {
      return Duration.ZERO;
    }
    Duration left = last.pause().minusNanos(ticker.nanos() - last.failedAt());
    return left.isNegative() ? Duration.ZERO : left;
  }

  private Outcome failed(DueWorkStep step, Throwable e, long startedAt) {
    failures.get(step.name()).increment();
    long now = ticker.nanos();
    Duration twice = Duration.ofNanos(now - startedAt).multipliedBy(2);
    Failing before = failing.get(step.name());
    boolean lostDatabase =
        before == null && e instanceof DatabaseException failure && failure.isOutage();
    Duration pause = lostDatabase || twice.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : twice;
    String reason = e.toString().lines().findFirst().orElse("");
    failing.put(step.name(), new Failing(reason, now, pause));
    boolean repeated = before != null && before.reason().equals(reason);
    boolean temporary = e instanceof DatabaseException failure && failure.isTemporary();
    Logger.Level level = temporary ? Logger.Level.WARN : Logger.Level.ERROR;
    LOG.logf(
        repeated ? Logger.Level.DEBUG : level,
        // In an outage, or behind the lock of another client, the statement is not the cause.
        temporary ? null : e,
        "Due-work step failed; continuing with the others: step=%s retryIn=%d ms: %s",
        step.name(),
        pause.toMillis(),
        reason);
    return lostDatabase ? Outcome.LOST_DATABASE : Outcome.FAILED;
  }
}
