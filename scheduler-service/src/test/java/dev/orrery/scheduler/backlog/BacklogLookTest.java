package dev.orrery.scheduler.backlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.time.SettableTicker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class BacklogLookTest {
  private static final Backlog SEEN = new Backlog(Map.of(), 1, Map.of(), 0, 2);

  private final SettableTicker ticker = new SettableTicker();
  private int looks;
  private boolean away;

  private final BacklogLook look = new BacklogLook(this::seen, Runnable::run, ticker);

  private Backlog seen() {
    looks++;
    if (away) {
      throw new IllegalStateException("The database is away");
    }
    return SEEN;
  }

  @Test
  void allGaugesOfManyScrapesShareOneLook() {
    for (int i = 0; i < 100; i++) {
      assertThat(look.current()).contains(SEEN);
    }

    assertThat(looks).isEqualTo(1);
  }

  @Test
  void afterAFewSecondsTheNextScrapeLooksAgain() {
    look.current();
    ticker.advance(Duration.ofSeconds(4));
    look.current();

    assertThat(looks).isEqualTo(2);
  }

  @Test
  void whileTheDatabaseIsAwayTheLastLookIsShownForAMinuteAndThenNothing() {
    look.current();
    away = true;
    ticker.advance(Duration.ofSeconds(30));
    assertThat(look.current()).contains(SEEN);
    ticker.advance(Duration.ofSeconds(31));

    assertThat(look.current()).isEmpty();
  }

  @Test
  void failedLooksAreNotRepeatedForEachGauge() {
    away = true;
    for (int i = 0; i < 100; i++) {
      assertThat(look.current()).isEmpty();
    }

    assertThat(looks).isEqualTo(1);
  }

  @Test
  void aLookThatHangsIsNotStartedTwiceHoweverLongItTakes() {
    Queue<Runnable> hanging = new ArrayDeque<>();
    BacklogLook slow = new BacklogLook(this::seen, hanging::add, ticker);

    var first = Thread.currentThread();
    first.interrupt();
    assertThat(slow.current()).isEmpty();
    assertThat(Thread.interrupted()).isTrue();
    ticker.advance(Duration.ofMinutes(5));
    assertThat(slow.current()).isEmpty();

    assertThat(hanging).hasSize(1);
  }

  @Test
  void aServiceThatStopsShowsNothing() {
    BacklogLook stopping =
        new BacklogLook(
            this::seen,
            command -> {
              throw new RejectedExecutionException();
            },
            ticker);

    assertThat(stopping.current()).isEmpty();
  }
}
