package dev.orrery.scheduler.group;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.enterprise.inject.Vetoed;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Runs what it was given when the test says so, on the test's own thread. It is no bean, though it
 * inherits a method that observes.
 */
@Vetoed
public final class ManualExecutor extends HotExecutor {
  private final Deque<Runnable> tasks = new ArrayDeque<>();

  @Override
  public void execute(Runnable command) {
    tasks.add(command);
  }

  /** Runs what was given, and what that gives. */
  public void runAll() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  /** For groups on this executor; nobody reads them. */
  public GroupMetrics metrics() {
    return new GroupMetrics(new SimpleMeterRegistry());
  }
}
