package dev.orrery.worker.quarkus;

import io.quarkus.arc.Arc;
import io.quarkus.runtime.shutdown.ShutdownListener;

/**
 * Drains the worker from the first moment of the stop, so that {@code quarkus.shutdown.delay} is
 * time for running jobs, too.
 */
public class DrainListener implements ShutdownListener {

  @Override
  public void preShutdown(ShutdownNotification notification) {
    lifecycle().drain();
    notification.done();
  }

  @Override
  public void shutdown(ShutdownNotification notification) {
    lifecycle().drain().thenRun(notification::done);
  }

  private static OrreryWorkerLifecycle lifecycle() {
    return Arc.container().instance(OrreryWorkerLifecycle.class).get();
  }
}
