package dev.orrery.client;

import dev.orrery.protocol.retry.Backoff;
import java.time.Duration;

/**
 * Decides whether and when a failed call is repeated: at the next address at once; after each
 * address has failed, at the time that the scheduler asked for, or after an increasing pause.
 */
final class Repeats {
  static final Backoff PAUSES = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));

  private final Timing timing;
  private final int servers;
  private final Deadline deadline;
  private int failures;

  Repeats(Timing timing, int servers, Deadline deadline) {
    this.timing = timing;
    this.servers = servers;
    this.deadline = deadline;
  }

  /** Returns true if the request may be sent once more. */
  static boolean allows(Request request, OrreryException problem) {
    if (problem.code().equals("OVERLOADED") || !problem.failure().isSent()) {
      return true; // It was refused before it changed anything.
    }
    return problem.isTransient() && request.mayBeRepeated();
  }

  /**
   * Waits before the next try.
   *
   * @throws OrreryException the given one, if it is too late for another try
   */
  void await(OrreryException problem) {
    failures++;
    boolean hasOtherServer = failures % servers != 0 && !problem.code().equals("OVERLOADED");
    long pause = hasOtherServer ? 0 : pause(problem);
    if (!deadline.allowsPause(timing, pause)) {
      throw problem;
    }
    timing.pause(pause);
  }

  private long pause(OrreryException problem) {
    int rounds = 1 + (failures - 1) / servers;
    long grown = PAUSES.after(rounds, timing.jitter()).toNanos();
    return Math.max(grown, problem.retryAfter().map(Duration::toNanos).orElse(0L));
  }
}
