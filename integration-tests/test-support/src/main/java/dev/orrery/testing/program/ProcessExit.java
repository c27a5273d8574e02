package dev.orrery.testing.program;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for the end of a process that was asked to stop, and kills it after a time limit. */
public final class ProcessExit {
  private ProcessExit() {}

  /** Waits for the end, and sends SIGKILL after the time or if the thread is interrupted. */
  public static void awaitOrKill(Process process, Duration longest) {
    try {
      if (!process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
