package dev.orrery.scheduler.testkit;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Renews a worker's session until it is closed. */
public final class KeptAlive implements AutoCloseable {
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final ScheduledFuture<?> renewals;

  public KeptAlive(TestWorker worker) {
    renewals = timer.scheduleAtFixedRate(() -> worker.renew(), 0, 500, TimeUnit.MILLISECONDS);
  }

  /** Whether every renewal so far was answered. */
  public boolean isRunning() {
    return !renewals.isDone();
  }

  /** Fails if a renewal did: what was to be kept alive may have ended meanwhile. */
  @Override
  public void close() {
    boolean failed = renewals.isDone();
    timer.shutdownNow();
    if (failed) {
      try {
        renewals.get();
      } catch (ExecutionException e) {
        throw new AssertionError("A session that was to be kept alive was not", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }
}
