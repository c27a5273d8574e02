package dev.orrery.scheduler.base.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.time.SettableTicker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class ProgressWatchTest {
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final SettableTicker ticker = new SettableTicker();
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final ProgressWatch watch = new ProgressWatch(registry, ticker);
  private boolean working;
  private long moves;

  private void watch(StallScope scope) {
    watch.watch("part", scope, LONGEST, () -> working, () -> moves);
  }

  private double stalledAfter(int seconds) {
    ticker.advance(Duration.ofSeconds(seconds));
    return StalledSeconds.of(registry, "part");
  }

  @Test
  void reportsNoStallWithoutWork() {
    watch(StallScope.OWN);

    assertThat(stalledAfter(1_000)).isZero();
    assertThat(stalledAfter(1_000)).isZero();
  }

  @Test
  void measuresStallFromStartOfWork() {
    watch(StallScope.OWN);
    stalledAfter(1_000);
    working = true;

    assertThat(stalledAfter(1_000)).isZero();
    assertThat(stalledAfter(10)).isZero();
    assertThat(stalledAfter(5)).isEqualTo(5);
  }

  @Test
  void restartsStallTimeOnProgress() {
    watch(StallScope.OWN);
    working = true;
    stalledAfter(0);
    assertThat(stalledAfter(11)).isEqualTo(1);

    moves++;
    assertThat(stalledAfter(1)).isZero();
    assertThat(stalledAfter(11)).isEqualTo(1);
  }

  @Test
  void endsStallWhenWorkEnds() {
    watch(StallScope.OWN);
    working = true;
    stalledAfter(0);
    stalledAfter(11);

    working = false;
    assertThat(stalledAfter(1)).isZero();
    working = true;
    assertThat(stalledAfter(1)).isZero();
  }

  @Test
  void reportsNoStallWhileSuspendedByDatabaseOutage() {
    watch(StallScope.OWN);
    working = true;
    stalledAfter(0);

    watch.suspend();
    assertThat(stalledAfter(1_000)).isZero();
    watch.resume();
    assertThat(stalledAfter(1)).isZero();
    assertThat(stalledAfter(11)).isEqualTo(1);
  }

  @Test
  void reportsUnreadyWhilePartOfOwnReplicaStalls() {
    watch(StallScope.OWN);
    working = true;
    assertThat(check().getStatus()).isEqualTo(Status.UP);

    stalledAfter(13);
    assertThat(check().getStatus()).isEqualTo(Status.DOWN);
    assertThat(check().getData().orElseThrow())
        .isEqualTo(Map.of("code", "STALLED", "parts", "part", "seconds", 3L));

    moves++;
    assertThat(check().getStatus()).isEqualTo(Status.UP);
  }

  @Test
  void reportsNotLiveAfterTenMinutesOfOwnStallUntilItEnds() {
    StallHealthCheck liveness = new StallHealthCheck(watch);
    watch(StallScope.OWN);
    working = true;
    stalledAfter(0);

    stalledAfter(10 + 599);
    assertThat(liveness.call().getStatus()).isEqualTo(Status.UP);
    stalledAfter(1);
    assertThat(liveness.call().getStatus()).isEqualTo(Status.DOWN);
    assertThat(liveness.call().getData().orElseThrow())
        .isEqualTo(Map.of("code", "STALLED", "parts", "part"));

    moves++;
    assertThat(liveness.call().getStatus()).isEqualTo(Status.UP);
  }

  @Test
  void staysLiveWhileSharedPartStalls() {
    watch(StallScope.SHARED);
    working = true;
    stalledAfter(0);

    assertThat(stalledAfter(10_000)).isPositive();
    assertThat(new StallHealthCheck(watch).call().getStatus()).isEqualTo(Status.UP);
  }

  @Test
  void staysReadyWhileSharedPartStalls() {
    watch(StallScope.SHARED);
    working = true;
    stalledAfter(0);

    assertThat(stalledAfter(13)).isEqualTo(3);
    assertThat(check().getStatus()).isEqualTo(Status.UP);
  }

  private HealthCheckResponse check() {
    return new ProgressHealthCheck(watch).call();
  }
}
