package dev.orrery.scheduler.model.commit;

import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.testkit.TestMetrics;
import jakarta.enterprise.inject.Vetoed;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs what it was given when the test says so, on the test's own thread. It is no bean, though it
 * inherits a method that observes.
 */
@Vetoed
public final class ManualExecutor extends EngineExecutor {
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private boolean stopped;

  public ManualExecutor() {
    super(TestMetrics.watch());
  }

  @Override
  public void execute(Runnable command) {
    if (stopped) {
      throw new RejectedExecutionException("stopped by the test");
    }
    waiting.add(command);
  }

  /** How much waits for {@link #runAll}. */
  public int waiting() {
    return waiting.size();
  }

  /** Runs the first that waits. */
  public void runNext() {
    waiting.remove().run();
  }

  /** Runs all that waits, and what comes of it. */
  public void runAll() {
    for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
      next.run();
    }
  }

  /** From now on nothing is taken, as when the service stops. */
  public void stop() {
    stopped = true;
  }

  /** For groups on this executor; nobody reads them. */
  public CommitMetrics metrics() {
    return TestMetrics.commits();
  }
}
