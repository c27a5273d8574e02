package dev.orrery.it.harness;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for the end of a process that was asked to end. */
final class ProcessExit {
  private ProcessExit() {}

  /** Waits for the end; sends SIGKILL on time-out or if the thread is interrupted. */
  static void awaitOrKill(Process process, Duration longest) {
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
