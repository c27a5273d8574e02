package dev.orrery.worker.binding.setting;

import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerStatus;
import dev.orrery.worker.WorkerStatus.Phase;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits until the scheduler accepts a worker; the setting {@code fail-fast} uses it. */
public final class AgreementWait {
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private AgreementWait() {}

  /**
   * @param name of the worker; may be empty
   * @throws InvalidSettingException if the scheduler refuses the worker, or the time is over
   */
  public static void await(String name, OrreryWorker worker, Duration timeout) {
    long until = System.nanoTime() + timeout.toNanos();
    while (worker.status().phase() != Phase.AGREED) {
      WorkerStatus status = worker.status();
      if (status.phase() == Phase.REFUSED || System.nanoTime() - until > 0) {
        throw new InvalidSettingException(
            "The scheduler does not accept "
                + (name.isEmpty() ? "this worker" : "the worker '" + name + "'")
                + ": "
                + status.phase()
                + status.problem().map(problem -> ". " + problem.detail()).orElse("."),
            "Set orrery.worker.fail-fast=false to start without a scheduler.");
      }
      try {
        TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
