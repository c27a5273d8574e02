package dev.orrery.client;

import java.util.concurrent.TimeUnit;

/**
 * Decides whether and when a failed call is repeated: at the next address at once, and after each
 * address has failed, when the scheduler asked for it, or after a pause that grows.
 */
final class Repeats {
  private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long MAX_PAUSE = TimeUnit.SECONDS.toNanos(5);

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
    try {
      timing.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problems.interrupted(e);
    }
  }

  private long pause(OrreryException problem) {
    int rounds = Math.min((failures - 1) / servers, 10);
    long grown = Math.min(FIRST_PAUSE << rounds, MAX_PAUSE);
    long jittered = grown / 2 + (long) (grown / 2 * timing.jitter());
    return Math.max(jittered, problem.retryAfter().map(wait -> wait.toNanos()).orElse(0L));
  }
}
