package dev.orrery.cli.instance;

import dev.orrery.cli.client.ApiException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Retries calls for up to a minute while the scheduler is unreachable, for example during a
 * restart.
 */
final class OutageRetry {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Consumer<String> notes;
  private final LongSupplier nanos;
  private final Duration pause;
  private long awaySince;
  private boolean away;

  OutageRetry(Consumer<String> notes) {
    this(notes, System::nanoTime, PAUSE);
  }

  /**
   * @param nanos a monotonic clock
   */
  OutageRetry(Consumer<String> notes, LongSupplier nanos, Duration pause) {
    this.notes = notes;
    this.nanos = nanos;
    this.pause = pause;
  }

  void answered() {
    if (away) {
      notes.accept("Scheduler reachable again.");
    }
    away = false;
  }

  /**
   * Waits before the next try.
   *
   * @throws ApiException the given one, if a retry cannot help or the minute is over
   */
  void failed(ApiException problem) throws InterruptedException {
    if (!problem.isTransient()) {
      throw problem;
    }
    if (!away) {
      away = true;
      awaySince = nanos.getAsLong();
      notes.accept("Scheduler not reachable; retrying for up to a minute …");
    } else if (nanos.getAsLong() - awaySince > TIMEOUT.toNanos()) {
      throw problem;
    }
    TimeUnit.NANOSECONDS.sleep(pause.toNanos());
  }
}
