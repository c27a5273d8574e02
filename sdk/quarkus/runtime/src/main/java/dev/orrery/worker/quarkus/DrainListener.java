package dev.orrery.worker.quarkus;

import io.quarkus.arc.Arc;
import io.quarkus.runtime.shutdown.ShutdownListener;

/**
 * Starts to drain the worker as soon as the application begins to stop, so that running jobs can
 * also use the time of {@code quarkus.shutdown.delay}.
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
