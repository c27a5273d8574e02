package dev.orrery.scheduler.base.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.testkit.CapturedLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TimelineServiceTest {
  private final FakeStore store = new FakeStore();
  private final AtomicInteger resets = new AtomicInteger();
  private final SettableTicker ticker = new SettableTicker();
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final TimelineService service =
      new TimelineService(store, List.of(resets::incrementAndGet), new HintBus(), ticker, registry);

  private static final class FakeStore extends DatabasePositionStore {
    private Optional<DatabasePosition> position = at(1, 1000, null);
    private int reads;

    FakeStore() {
      super(null);
    }

    @Override
    Optional<DatabasePosition> read() {
      reads++;
      return position;
    }
  }

  private static Optional<DatabasePosition> at(long timeline, long flushed, Long replayed) {
    return Optional.of(new DatabasePosition(7L, 1, timeline, flushed, replayed, 5, 1000L, 50));
  }

  private double losses() {
    return registry.get("orrery.database.went.back").counter().count();
  }

  @Test
  void readsPositionEveryTwoSecondsUnlessUrgent() {
    service.check(false);
    ticker.advance(Duration.ofMillis(1999));
    service.check(false);
    assertThat(store.reads).isOne();

    service.check(true);
    assertThat(store.reads).isEqualTo(2);

    ticker.advance(Duration.ofSeconds(2));
    service.check(false);
    assertThat(store.reads).isEqualTo(3);
  }

  @Test
  void reportsNoChangeForFirstPosition() {
    assertThat(service.check(true)).isFalse();
    assertThat(resets.get()).isZero();
    assertThat(losses()).isZero();
  }

  @Test
  void countsLossOnceAndResetsCaches() {
    service.check(true);
    store.position = at(2, 5000, 900L);

    try (CapturedLog log = CapturedLog.of(TimelineService.class)) {
      assertThat(service.check(true)).isTrue();
      assertThat(service.check(true)).isFalse();

      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("ERROR Database went back in time")
          .contains("reason=\"", "OrreryDatabaseWentBack in docs/kubernetes-monitoring.md");
    }
    assertThat(resets.get()).isOne();
    assertThat(losses()).isOne();
  }

  @Test
  void resetsCachesAfterPromotionWithoutLoss() {
    service.check(true);
    store.position = at(2, 5000, 1000L);

    try (CapturedLog log = CapturedLog.of(TimelineService.class)) {
      assertThat(service.check(true)).isTrue();

      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("INFO Database failed over without visible loss")
          .contains("timeline=2 before=1");
    }
    assertThat(resets.get()).isOne();
    assertThat(losses()).isZero();
  }

  @Test
  void detectsLossAfterStandbyWithoutPositionIsPromoted() {
    service.check(true);
    store.position = Optional.empty();
    assertThat(service.check(true)).isFalse();
    store.position = at(2, 5000, 900L);

    assertThat(service.check(true)).isTrue();
    assertThat(losses()).isOne();
  }
}
