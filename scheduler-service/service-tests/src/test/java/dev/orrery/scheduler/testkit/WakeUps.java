package dev.orrery.scheduler.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.PollResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * How soon a parked poll is answered after what makes work ready. The median of nine counts, since
 * a single time would rest on an idle machine; without a hint it would be about half of the second
 * between two looks.
 */
public final class WakeUps {
  public static final int TIMES = 9;
  private static final Duration AT_ONCE = Duration.ofMillis(200);

  private final List<Duration> all = new ArrayList<>();

  private record Woken(PollResponse answer, long atNanos) {}

  /** Makes work ready, and gives what the poll is answered. */
  public PollResponse time(CompletableFuture<PollResponse> parked, Runnable cause) {
    CompletableFuture<Woken> woken =
        parked.thenApply(answer -> new Woken(answer, System.nanoTime()));
    cause.run();
    long causedAt = System.nanoTime();
    Woken result = TestClient.answerOf(woken);
    all.add(Duration.ofNanos(result.atNanos() - causedAt));
    return result.answer();
  }

  public void assertAtOnce() {
    assertThat(all).hasSize(TIMES);
    assertThat(all.stream().sorted().toList().get(TIMES / 2))
        .as("median of %s", all)
        .isLessThan(AT_ONCE);
  }
}
