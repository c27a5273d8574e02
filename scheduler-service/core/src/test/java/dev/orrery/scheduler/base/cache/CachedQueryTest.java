package dev.orrery.scheduler.base.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.cache.CachedQuery.Subject;
import dev.orrery.scheduler.base.time.SettableTicker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class CachedQueryTest {
  private static final String SEEN = "seen";

  private final SettableTicker ticker = new SettableTicker();
  private int looks;
  private boolean away;

  private final CachedQuery<String> look = look(Runnable::run);

  private CachedQuery<String> look(Executor executor) {
    return new CachedQuery<>(
        new Subject<>("test", this::seen, Duration.ofSeconds(3), Duration.ofMinutes(1)),
        executor,
        ticker);
  }

  private String seen() {
    looks++;
    if (away) {
      throw new IllegalStateException("The database is away");
    }
    return SEEN;
  }

  @Test
  void runsSingleQueryForManyScrapes() {
    for (int i = 0; i < 100; i++) {
      assertThat(look.current()).contains(SEEN);
    }

    assertThat(looks).isEqualTo(1);
  }

  @Test
  void repeatsQueryAfterCacheExpiry() {
    look.current();
    ticker.advance(Duration.ofSeconds(4));
    look.current();

    assertThat(looks).isEqualTo(2);
  }

  @Test
  void keepsLastResultForFirstMinuteOfOutage() {
    look.current();
    away = true;
    ticker.advance(Duration.ofSeconds(30));
    assertThat(look.current()).contains(SEEN);
    ticker.advance(Duration.ofSeconds(31));

    assertThat(look.current()).isEmpty();
  }

  @Test
  void sharesCachedFailureAmongGauges() {
    away = true;
    for (int i = 0; i < 100; i++) {
      assertThat(look.current()).isEmpty();
    }

    assertThat(looks).isEqualTo(1);
  }

  @Test
  void startsNoSecondQueryWhileFirstQueryHangs() {
    Queue<Runnable> hanging = new ArrayDeque<>();
    CachedQuery<String> slow = look(hanging::add);

    var first = Thread.currentThread();
    first.interrupt();
    assertThat(slow.current()).isEmpty();
    assertThat(Thread.interrupted()).isTrue();
    ticker.advance(Duration.ofMinutes(5));
    assertThat(slow.current()).isEmpty();

    assertThat(hanging).hasSize(1);
  }

  @Test
  void returnsEmptyResultWhenExecutorRejectsQuery() {
    CachedQuery<String> stopping =
        look(
            command -> {
              throw new RejectedExecutionException();
            });

    assertThat(stopping.current()).isEmpty();
  }
}
