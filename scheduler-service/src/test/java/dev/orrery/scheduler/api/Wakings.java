package dev.orrery.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.PollAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * How soon a parked poll is answered after what makes work ready. The median of nine counts, since
 * a single time would rest on an idle machine; without a hint it would be about half of the second
 * between two looks.
 */
final class Wakings {
  static final int TIMES = 9;
  private static final Duration AT_ONCE = Duration.ofMillis(200);

  private final List<Duration> all = new ArrayList<>();

  private record Woken(PollAnswer answer, long atNanos) {}

  /** Makes work ready, and gives what the poll is answered. */
  PollAnswer time(CompletableFuture<PollAnswer> parked, Runnable cause) {
    CompletableFuture<Woken> woken =
        parked.thenApply(answer -> new Woken(answer, System.nanoTime()));
    cause.run();
    long causedAt = System.nanoTime();
    Woken result = TestWire.answerOf(woken);
    all.add(Duration.ofNanos(result.atNanos() - causedAt));
    return result.answer();
  }

  void assertAtOnce() {
    assertThat(all).hasSize(TIMES);
    assertThat(all.stream().sorted().toList().get(TIMES / 2))
        .as("median of %s", all)
        .isLessThan(AT_ONCE);
  }
}
