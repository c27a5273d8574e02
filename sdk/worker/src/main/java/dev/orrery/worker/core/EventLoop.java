package dev.orrery.worker.core;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/**
 * The single-threaded event loop of a worker. All state of the worker is confined to its thread, so
 * no locks are needed; responses, ends of attempts and timers arrive as tasks.
 */
public interface EventLoop extends Executor, AutoCloseable {
  /** Runs the task after this time, unless it is canceled before. */
  ScheduledTask after(Duration time, Runnable task);

  /** Monotonic nanoseconds; only differences are meaningful. */
  long nanos();

  /**
   * Runs the handler as a task when the future completes; exactly one of value and failure is null.
   * A failure is the original exception, without the wrapper of the future.
   */
  default <T> void handle(CompletableFuture<T> future, BiConsumer<T, Throwable> handler) {
    var unused =
        future.whenComplete(
            (value, failure) -> execute(() -> handler.accept(value, unwrapped(failure))));
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Runs no further task. */
  @Override
  void close();
}
