package dev.orrery.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Waits for the end of an instance by polling. The pause between two calls is a tenth of the time
 * waited so far, so that the end of a short instance is noticed soon, and a long one causes few
 * calls.
 */
final class InstanceWait {
  private static final long MIN_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long MAX_PAUSE = TimeUnit.SECONDS.toNanos(5);

  private final Calls calls;
  private final Timing timing;
  private final String id;
  private final Duration timeout;

  InstanceWait(Calls calls, String id, Duration timeout) {
    this.calls = calls;
    this.timing = calls.timing();
    this.id = id;
    this.timeout = timeout;
  }

  Instance end() {
    long begin = timing.nanos();
    Deadline deadline = Deadline.of(timing, timeout);
    Request request = Request.get("/instances/" + id);
    Optional<Instance> seen = Optional.empty();
    while (true) {
      try {
        seen = Optional.of(Instance.of(calls.call(request, deadline).fields()));
      } catch (OrreryException e) {
        throw e.isTransient() ? new AwaitTimeoutException(id, timeout, seen, e) : e;
      }
      if (seen.get().hasEnded()) {
        return seen.get();
      }
      long left = deadline.nanosLeft(timing);
      if (left <= 0) {
        throw new AwaitTimeoutException(id, timeout, seen, null);
      }
      timing.pause(Math.min(left, pause(timing.nanos() - begin)));
    }
  }

  private static long pause(long waited) {
    return Math.max(MIN_PAUSE, Math.min(MAX_PAUSE, waited / 10));
  }
}
