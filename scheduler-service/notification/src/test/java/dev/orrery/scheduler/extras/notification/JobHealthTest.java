package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.extras.notification.JobHealth.AfterFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobHealthTest {
  private static final Instant START = Instant.parse("2027-01-01T00:00:00Z");
  private static final Duration WINDOW = Duration.ofMinutes(10);

  private JobHealth health = JobHealth.WELL;
  private long instance;

  /** The count that is told, 0 for none. */
  private int failedAfter(Duration sinceStart, int threshold) {
    AfterFailure after = health.failed(++instance, START.plus(sinceStart), threshold, WINDOW);
    health = after.health();
    return after.count();
  }

  @Test
  void reportsFirstFailureWithThresholdOfOne() {
    assertThat(failedAfter(Duration.ZERO, 1)).isEqualTo(1);
    assertThat(health).isEqualTo(new JobHealth(List.of(), START, 1L));
  }

  @Test
  void reportsNoFurtherFailuresOfFailingJob() {
    failedAfter(Duration.ZERO, 1);

    for (int minute = 1; minute < 100; minute++) {
      assertThat(failedAfter(Duration.ofMinutes(minute), 1)).isZero();
    }
    assertThat(health.failingSince()).isEqualTo(START);
    assertThat(health.lastFailure()).isEqualTo(100);
    assertThat(health.failures()).isEmpty();
  }

  @Test
  void reportsFailureCountWhenThresholdIsReached() {
    assertThat(failedAfter(Duration.ZERO, 3)).isZero();
    assertThat(failedAfter(Duration.ofMinutes(5), 3)).isZero();
    assertThat(failedAfter(Duration.ofMinutes(10), 3)).isEqualTo(3);
    assertThat(health.failingSince()).isEqualTo(START.plus(Duration.ofMinutes(10)));
  }

  @Test
  void ignoresFailuresBeforeWindow() {
    List<Integer> told = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      told.add(failedAfter(WINDOW.dividedBy(2).plusMillis(1).multipliedBy(i), 3));
    }

    assertThat(told).containsOnly(0);
    assertThat(health.isFailing()).isFalse();
    assertThat(health.failures()).hasSize(2);
  }

  @Test
  void countsFailuresWithinWindowBeforeLatestOne() {
    failedAfter(Duration.ZERO, 3);
    failedAfter(Duration.ofMinutes(8), 3);
    assertThat(failedAfter(Duration.ofMinutes(12), 3)).isZero();
    assertThat(failedAfter(Duration.ofMinutes(17), 3)).isEqualTo(3);
  }

  @Test
  void countsOutOfOrderFailuresByTheirEndTimes() {
    failedAfter(Duration.ofMinutes(30), 3);
    assertThat(failedAfter(Duration.ofMinutes(5), 3)).isZero();
    assertThat(failedAfter(Duration.ofMinutes(29), 3)).isZero();
    assertThat(failedAfter(Duration.ofMinutes(25), 3)).isEqualTo(3);
    assertThat(health.failingSince()).isEqualTo(START.plus(Duration.ofMinutes(30)));
  }

  @Test
  void restartsFailureCountAfterRecovery() {
    failedAfter(Duration.ZERO, 2);
    failedAfter(Duration.ofMinutes(1), 2);
    health = JobHealth.WELL;

    assertThat(failedAfter(Duration.ofMinutes(2), 2)).isZero();
    assertThat(failedAfter(Duration.ofMinutes(3), 2)).isEqualTo(2);
  }

  @Test
  void endsWithSuccessThatIsNotOlder() {
    JobHealth failing = new JobHealth(List.of(), START, 1L);

    assertThat(failing.endsWith(START.minusMillis(1))).isFalse();
    assertThat(failing.endsWith(START)).as("of the same transaction").isTrue();
    assertThat(JobHealth.WELL.endsWith(START)).isFalse();
  }
}
