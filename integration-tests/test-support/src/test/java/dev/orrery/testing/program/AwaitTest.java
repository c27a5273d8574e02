package dev.orrery.testing.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(1);

  private final AtomicInteger looks = new AtomicInteger();

  /** Throws at the first look, and holds from then on. */
  private final Callable<Boolean> failsOnce =
      () -> {
        if (looks.incrementAndGet() == 1) {
          throw new IOException("refused");
        }
        return true;
      };

  @Test
  void retriesAfterException() {
    Await.until("it answers", LONG, failsOnce);

    assertThat(looks).hasValue(2);
  }

  @Test
  void failsAtFirstExceptionOnRequest() {
    assertThatThrownBy(() -> Await.untilOrFailure("it answers", LONG, SHORT, failsOnce))
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll("it answers", "refused")
        .hasCauseInstanceOf(IOException.class);
    assertThat(looks).hasValue(1);
  }

  @Test
  void namesConditionThatTimedOut() {
    assertThatThrownBy(() -> Await.untilOrFailure("it answers", SHORT, SHORT, () -> false))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Not within 0 s: it answers");
  }
}
