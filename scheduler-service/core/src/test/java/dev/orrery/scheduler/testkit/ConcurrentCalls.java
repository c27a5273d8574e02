package dev.orrery.scheduler.testkit;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Calls on a new thread each. Such a thread has the class loader of the test, which threads of the
 * common pool may not have: they belong to the first test that used the pool.
 */
public final class ConcurrentCalls {
  private ConcurrentCalls() {}

  public static <T> CompletableFuture<T> start(Supplier<T> call) {
    return CompletableFuture.supplyAsync(call, ConcurrentCalls::run);
  }

  /** Starts the call after a delay. */
  public static <T> CompletableFuture<T> startIn(Duration delay, Supplier<T> call) {
    Executor later =
        CompletableFuture.delayedExecutor(
            delay.toMillis(), TimeUnit.MILLISECONDS, ConcurrentCalls::run);
    return CompletableFuture.supplyAsync(call, later);
  }

  private static void run(Runnable call) {
    Thread thread = new Thread(call, "concurrent-call");
    // A call that hangs must not keep the JVM of the tests.
    thread.setDaemon(true);
    thread.start();
  }
}
