package dev.orrery.scheduler.powerjob;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.base.time.Ticker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatewayLoopTest {
  private static final int APP = 1;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final GatewayLoop loop =
      new GatewayLoop(
          new QuotaMetrics(registry), new ProgressWatch(registry, Ticker.SYSTEM), Ticker.SYSTEM);
  private final CountDownLatch busy = new CountDownLatch(1);

  @AfterEach
  void stop() throws InterruptedException {
    busy.countDown();
    if (!loop.isStopped()) {
      loop.stop(() -> true);
    }
  }

  @Test
  void runsEventsInOrderOnOneThread() throws Exception {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      int number = i;
      loop.execute(() -> order.add(number));
    }

    assertThat(onLoop(() -> List.copyOf(order))).hasSize(1_000).isSorted();
  }

  @Test
  void continuesAfterEventThatFails() throws Exception {
    loop.execute(
        () -> {
          throw new OutOfMemoryErrorOnPurpose();
        });

    assertThat(onLoop(() -> "next")).isEqualTo("next");
  }

  private static final class OutOfMemoryErrorOnPurpose extends Error {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void refusesMessagesOfAppWithTooManyWaitingAndKeepsRoomForOthers() throws Exception {
    loop.execute(this::block);
    for (int i = 0; i < GatewayLoop.MAX_MESSAGES_PER_APP; i++) {
      assertThat(loop.offer(APP, () -> {})).isTrue();
    }

    assertThat(loop.offer(APP, () -> {})).isFalse();
    assertThat(loop.offer(APP + 1, () -> {})).isTrue();

    busy.countDown();
    assertThat(onLoop(() -> loop.offer(APP, () -> {}))).isTrue();
  }

  private void block() {
    try {
      assertThat(busy.await(30, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void handlesAnswersOnItsOwnThread() throws Exception {
    CompletableFuture<String> engine = new CompletableFuture<>();
    CompletableFuture<List<Object>> handled = new CompletableFuture<>();
    IllegalStateException failure = new IllegalStateException("on purpose");
    var unused =
        loop.handle(
            engine.thenApply(text -> text),
            (value, cause) ->
                loop.handle(
                    Future.failedFuture(failure),
                    answer ->
                        handled.complete(
                            List.of(cause, answer.cause(), Thread.currentThread().getName()))));

    engine.completeExceptionally(failure);

    assertThat(handled.get(10, SECONDS)).containsExactly(failure, failure, "orrery-powerjob-loop");
  }

  @Test
  void runsNothingAfterLastEvent() throws Exception {
    List<String> run = new ArrayList<>();
    loop.execute(this::block);
    loop.execute(() -> run.add("before"));
    CompletableFuture<Void> stopping =
        CompletableFuture.runAsync(
            () -> {
              try {
                assertThat(loop.stop(() -> List.copyOf(run))).hasValue(List.of("before"));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    busy.countDown();
    stopping.get(10, SECONDS);

    assertThatThrownBy(() -> loop.execute(() -> run.add("after")))
        .isInstanceOf(RejectedExecutionException.class);
    loop.executeUnlessStopped(() -> run.add("after"));
    assertThat(loop.isStopped()).isTrue();
    assertThat(run).containsExactly("before");
  }

  @Test
  void measuresLongestEventSinceLastRead() throws Exception {
    loop.execute(
        () -> {
          long until = System.nanoTime() + Duration.ofMillis(20).toNanos();
          while (System.nanoTime() < until) {
            Thread.onSpinWait();
          }
        });

    assertThat(onLoop(loop::takeLongestTurnNanos))
        .isGreaterThanOrEqualTo(Duration.ofMillis(20).toNanos());
    assertThat(onLoop(loop::takeLongestTurnNanos)).isLessThan(Duration.ofMillis(20).toNanos());
  }

  @Test
  void refusesTimersOfOtherThreads() throws Exception {
    assertThat(onLoop(() -> "its thread")).isNotNull();
    assertThatThrownBy(() -> loop.after(0, () -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("orrery-powerjob-loop");
  }

  private <T> T onLoop(Supplier<T> read) throws Exception {
    return CompletableFuture.supplyAsync(read, loop).get(10, SECONDS);
  }
}
