package dev.orrery.worker.core;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/**
 * Where a worker decides: one task at a time. All its state belongs here, so nothing of it is
 * locked; answers, ends of attempts and timers come in as tasks.
 */
public interface Core extends Executor, AutoCloseable {
  /** Runs the task after this time, unless the timer is canceled before. */
  Timer after(Duration time, Runnable task);

  /** Monotonic nanoseconds; only differences mean anything. */
  long nanos();

  /** Handles what a future comes to, as a task; exactly one of the two is null. */
  default <T> void handle(CompletableFuture<T> future, BiConsumer<T, Throwable> handler) {
    var unused =
        future.whenComplete((value, failure) -> execute(() -> handler.accept(value, failure)));
  }

  /** Runs nothing any more. */
  @Override
  void close();
}
