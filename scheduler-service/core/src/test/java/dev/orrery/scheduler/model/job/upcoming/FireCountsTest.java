package dev.orrery.scheduler.model.job.upcoming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.model.job.upcoming.FireCounts.Hour;
import dev.orrery.scheduler.model.job.upcoming.FireCounts.JobFires;
import dev.orrery.trigger.FireWindow;
import dev.orrery.trigger.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FireCountsTest {
  private static final Instant HOUR = Instant.parse("2027-01-01T12:00:00Z");
  private static final Instant NOW = HOUR.plus(Duration.ofMinutes(30));
  private static final Instant ALL = NOW.plus(Duration.ofDays(2));
  private static final int MOST = FireCounts.MAX_OF_A_JOB;

  @Test
  void countsFiresPerHourOfNext24Hours() {
    FireCounts counts = FireCounts.of(List.of(every("b", 20), every("a", 60)), NOW, ALL);

    assertThat(counts.hours()).hasSize(24);
    assertThat(counts.hours().get(0))
        .isEqualTo(new Hour(HOUR, 1, 1, List.of(fires("b", 20, 1)), false));
    assertThat(counts.hours().get(1))
        .isEqualTo(
            new Hour(
                HOUR.plusSeconds(3600),
                4,
                2,
                List.of(fires("a", 60, 1), fires("b", 40, 3)),
                false));
    assertThat(counts.hours()).extracting(Hour::fires).startsWith(1, 4, 4).endsWith(4, 4);
    assertThat(counts.until()).isEqualTo(HOUR.plus(Duration.ofHours(24)));
    assertThat(counts.more()).isFalse();
  }

  @Test
  void flagsJobWithMoreFiresThanLimit() {
    FireCounts often = FireCounts.of(List.of(everySeconds("often", 1)), NOW, ALL);
    FireCounts atLimit = FireCounts.of(List.of(everySeconds("limit", 60)), NOW, ALL);

    assertThat(often.hours())
        .hasSize(24)
        .allSatisfy(hour -> assertThat(hour.fires()).isEqualTo(MOST))
        .allSatisfy(hour -> assertThat(hour.more()).isTrue());
    assertThat(often.hours().get(1).first())
        .containsExactly(new JobFires("often", HOUR.plusSeconds(3600), MOST, true));
    assertThat(often.more()).isTrue();
    assertThat(atLimit.hours().get(1).fires()).isEqualTo(MOST);
    assertThat(atLimit.more()).isFalse();
  }

  @Test
  void countsOnlyNextFireOfFixedDelay() {
    UpcomingTrigger due =
        new UpcomingTrigger("due", period(1200), NOW.minusSeconds(7200), NOW.minusSeconds(7200));
    Trigger delay = new Trigger.Delay(Duration.ofMinutes(1), FireWindow.OPEN, Duration.ZERO);

    List<Hour> hours =
        FireCounts.of(
                List.of(due, new UpcomingTrigger("delay", delay, NOW.plusSeconds(60), NOW)),
                NOW,
                ALL)
            .hours();

    assertThat(hours.get(0).first()).containsExactly(fires("delay", 1, 1), fires("due", -120, 2));
    assertThat(hours.get(1).jobs()).isEqualTo(1);
  }

  @Test
  void flagsLastHourWhenTriggersMayBeMissing() {
    FireCounts counts =
        FireCounts.of(List.of(every("a", 60)), NOW, HOUR.plus(Duration.ofMinutes(90)));

    assertThat(counts.hours()).extracting(Hour::more).containsExactly(false, true);
    assertThat(counts.until()).isEqualTo(HOUR.plus(Duration.ofHours(2)));
    assertThat(counts.more()).isTrue();
  }

  @Test
  void stopsAtFullHourAfterMaximumFires() {
    List<UpcomingTrigger> many =
        IntStream.range(0, 501).mapToObj(number -> everySeconds("job-" + number, 1)).toList();

    FireCounts counts = FireCounts.of(many, NOW, ALL);

    assertThat(counts.hours()).hasSize(2);
    assertThat(counts.hours().get(0).jobs()).isEqualTo(501);
    assertThat(counts.hours().get(0).first()).hasSize(FireCounts.MAX_JOBS);
    assertThat(counts.more()).isTrue();
  }

  private static UpcomingTrigger every(String job, int minutes) {
    return everySeconds(job, minutes * 60);
  }

  private static UpcomingTrigger everySeconds(String job, int seconds) {
    return new UpcomingTrigger(job, period(seconds), NOW.plusSeconds(seconds), NOW);
  }

  private static Trigger period(int seconds) {
    return new Trigger.Every(Duration.ofSeconds(seconds), FireWindow.OPEN, Duration.ZERO);
  }

  /** Expects fires of a job, the first some minutes from now. */
  private static JobFires fires(String job, int minutes, int count) {
    return new JobFires(job, NOW.plus(Duration.ofMinutes(minutes)), count, false);
  }
}
