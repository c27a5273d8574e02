package dev.orrery.worker.core;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.attempt.LoggedRecords;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventLoopThreadTest {
  private final EventLoopThread loop = new EventLoopThread();

  @AfterEach
  void close() {
    loop.close();
  }

  @Test
  void survivesFailingTaskAndLogsWhy() throws Exception {
    try (LoggedRecords logged = LoggedRecords.of(EventLoopThread.class)) {
      loop.execute(
          () -> {
            throw new IllegalStateException("on purpose");
          });
      loop.execute(
          () -> {
            throw new OutOfMemoryError("on purpose");
          });

      assertThat(nextTaskRuns()).isTrue();
      assertThat(logged.records())
          .extracting(LogRecord::getThrown)
          .extracting(Throwable::getClass)
          .containsExactly(IllegalStateException.class, OutOfMemoryError.class);
    }
  }

  @Test
  void runsTasksInOrder() throws Exception {
    List<Integer> order = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 100; i++) {
      int number = i;
      loop.execute(() -> order.add(number));
    }

    nextTaskRuns();

    assertThat(order).hasSize(100).isSorted();
  }

  @Test
  void skipsCanceledTimer() throws Exception {
    List<String> rung = new CopyOnWriteArrayList<>();
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch kept = new CountDownLatch(1);
    loop.execute(() -> awaitQuietly(release));
    ScheduledTask canceled = loop.after(Duration.ofMillis(1), () -> rung.add("canceled"));
    loop.after(
        Duration.ofMillis(2),
        () -> {
          rung.add("kept");
          kept.countDown();
        });

    canceled.cancel();
    release.countDown();

    assertThat(kept.await(10, SECONDS)).isTrue();
    assertThat(rung).containsExactly("kept");
  }

  @Test
  void runsTimerWithNegativeDelayImmediately() throws Exception {
    CountDownLatch rung = new CountDownLatch(1);

    loop.after(Duration.ofSeconds(-5), rung::countDown);

    assertThat(rung.await(10, SECONDS)).isTrue();
  }

  @Test
  void handlesFutureResultOnEventLoopThread() throws Exception {
    CompletableFuture<String> future = new CompletableFuture<>();
    CompletableFuture<List<Object>> handled = new CompletableFuture<>();
    loop.handle(
        future,
        (response, failure) ->
            handled.complete(List.of(response, failure == null, Thread.currentThread().getName())));

    future.complete("hello");

    assertThat(handled.get(10, SECONDS)).containsExactly("hello", true, "orrery-worker");
  }

  @Test
  void unwrapsFailureOfFutureStage() throws Exception {
    CompletableFuture<String> first = new CompletableFuture<>();
    CompletableFuture<Throwable> handled = new CompletableFuture<>();
    IllegalStateException thrown = new IllegalStateException("on purpose");
    loop.handle(
        first
            .thenApply(EventLoopThreadTest::same)
            .handle(
                (value, failure) -> {
                  throw thrown;
                })
            .thenApply(EventLoopThreadTest::same),
        (response, failure) -> handled.complete(failure));

    first.complete("hello");

    assertThat(handled.get(10, SECONDS)).isSameAs(thrown);
  }

  @Test
  void ignoresTasksAndTimersAfterClose() {
    loop.close();
    List<String> run = new CopyOnWriteArrayList<>();

    loop.execute(() -> run.add("task"));
    loop.after(Duration.ZERO, () -> run.add("timer")).cancel();

    assertThat(run).isEmpty();
  }

  private boolean nextTaskRuns() throws InterruptedException {
    CountDownLatch ran = new CountDownLatch(1);
    loop.execute(ran::countDown);
    return ran.await(10, SECONDS);
  }

  private static Object same(Object value) {
    return value;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
