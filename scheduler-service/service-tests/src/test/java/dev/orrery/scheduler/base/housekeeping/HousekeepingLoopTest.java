package dev.orrery.scheduler.base.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.housekeeping.HousekeepingChore.Schedule;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class HousekeepingLoopTest {
  @Inject HousekeepingLoop housekeeping;

  private List<String> names(Schedule schedule) {
    return housekeeping.chores(schedule).stream().map(HousekeepingChore::name).toList();
  }

  @Test
  void findsChoresOfAllFeatures() {
    assertThat(names(Schedule.EVERY_TEN_SECONDS))
        .containsExactlyInAnyOrder("orphans", "ended sessions", "redelivery", "end counts");
    assertThat(names(Schedule.EVERY_MINUTE))
        .containsExactlyInAnyOrder(
            "retry partitions",
            "idempotency keys",
            "unused concurrency rows",
            "console sessions",
            "history per job",
            "age of end counts",
            "undeclared jobs");
    assertThat(names(Schedule.REPAIR)).containsExactly("fixed delays");
    assertThat(names(Schedule.HOURLY)).contains("deliveries", "progress").hasSize(21);
  }

  /** A scheduler on a laptop may run for some minutes a day. */
  @Test
  void startsEachScheduleMinutesAfterStart() {
    List<Duration> delays =
        Stream.of(HousekeepingLoop.class.getDeclaredMethods())
            .flatMap(method -> Stream.of(method.getAnnotationsByType(Scheduled.class)))
            .map(scheduled -> Duration.parse("PT" + scheduled.delayed()))
            .toList();

    assertThat(delays).hasSize(4).allMatch(delay -> delay.compareTo(Duration.ofMinutes(5)) <= 0);
  }

  @Test
  void keepsChoreOrderWithinFeature() {
    assertThat(names(Schedule.HOURLY))
        .containsSubsequence(
            "create partitions",
            "drop partitions",
            "history",
            "parents",
            "parts",
            "nodes",
            "attempts",
            "logs",
            "sessions",
            "sessions of apps",
            "tokens",
            "tokens of apps",
            "versions of jobs",
            "deleted jobs",
            "backfills");
  }
}
