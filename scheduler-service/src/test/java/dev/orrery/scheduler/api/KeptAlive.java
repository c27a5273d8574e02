package dev.orrery.scheduler.api;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Renews a worker's session until it is closed. */
final class KeptAlive implements AutoCloseable {
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final ScheduledFuture<?> renewals;

  KeptAlive(TestWorker worker) {
    renewals = timer.scheduleAtFixedRate(() -> worker.renew(), 0, 500, TimeUnit.MILLISECONDS);
  }

  /** Whether every renewal so far was answered. */
  boolean isRunning() {
    return !renewals.isDone();
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
