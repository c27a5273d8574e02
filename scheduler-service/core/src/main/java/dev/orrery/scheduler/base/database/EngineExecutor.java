package dev.orrery.scheduler.base.database;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.STOP_ENGINE;

import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.lifecycle.StallScope;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Runs the work of the engine, on one thread for each connection of its pool. The queue is short
 * because every kind of work limits its own writers.
 */
@ApplicationScoped
public class EngineExecutor implements Executor {
  /**
   * Also the size of the connection pool, see {@code quarkus.datasource.engine} in the settings.
   */
  public static final int THREADS = 8;

  private static final Logger LOG = Logger.getLogger(EngineExecutor.class);

  private final AtomicInteger number = new AtomicInteger();
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS, THREADS, 60, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), this::thread);

  public EngineExecutor(ProgressWatch watch) {
    threads.allowCoreThreadTimeOut(true);
    watch.watch(
        "engine_threads",
        StallScope.OWN,
        EngineDatabase.LONGER_THAN_A_STATEMENT,
        () -> !threads.getQueue().isEmpty(),
        threads::getCompletedTaskCount);
  }

  /**
   * @throws RejectedExecutionException after the service has begun to stop
   */
  @Override
  public void execute(Runnable command) {
    threads.execute(command);
  }

  /**
   * Runs work that other replicas or the next start can also do. Skips it after the service has
   * begun to stop.
   */
  public void executeUnlessStopped(Runnable command) {
    try {
      execute(command);
    } catch (RejectedExecutionException e) {
      LOG.debug("Dropped a task because the service is stopping");
    }
  }

  /** Waits for running work; the listeners have been closed before. */
  void stop(@Observes @Priority(STOP_ENGINE) ShutdownEvent event) throws InterruptedException {
    threads.shutdown();
    if (!threads.awaitTermination(5, TimeUnit.SECONDS)) {
      threads.shutdownNow();
    }
  }

  private Thread thread(Runnable runnable) {
    Thread thread = new Thread(runnable, "orrery-engine-" + number.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }
}
