package dev.orrery.scheduler.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.scheduler.time.SettableTicker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedAnswerTest {
  private final SettableTicker ticker = new SettableTicker();
  private final SharedAnswer<String, String> answers =
      new SharedAnswer<>(Duration.ofSeconds(3), 10, ticker);
  private final AtomicInteger computed = new AtomicInteger();

  @Test
  void answerIsComputedAgainWhenItsTimeIsOver() {
    assertThat(ask("a")).isEqualTo("a1");
    ticker.advance(Duration.ofMillis(2999));
    assertThat(ask("a")).isEqualTo("a1");
    ticker.advance(Duration.ofMillis(1));
    assertThat(ask("a")).isEqualTo("a2");
  }

  @Test
  void otherQuestionHasItsOwnAnswer() {
    assertThat(ask("a")).isEqualTo("a1");
    assertThat(ask("b")).isEqualTo("b2");
  }

  @Test
  void failureIsThrownToTheCallerAndNotKept() {
    IllegalStateException failure = new IllegalStateException("no");
    assertThatThrownBy(
            () ->
                answers.get(
                    "a",
                    question -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThat(ask("a")).isEqualTo("a1");
  }

  @Test
  void callersAtTheSameTimeWaitForTheFirstOne() throws Exception {
    CountDownLatch computing = new CountDownLatch(1);
    CompletableFuture<String> result = new CompletableFuture<>();
    CompletableFuture<String> first =
        CompletableFuture.supplyAsync(
            () ->
                answers.get(
                    "a",
                    question -> {
                      computing.countDown();
                      return result.join();
                    }));
    assertThat(computing.await(10, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<String> second = CompletableFuture.supplyAsync(() -> ask("a"));
    result.complete("shared");

    assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("shared");
    assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo("shared");
    assertThat(computed).hasValue(0);
  }

  private String ask(String question) {
    return answers.get(question, asked -> asked + computed.incrementAndGet());
  }
}
