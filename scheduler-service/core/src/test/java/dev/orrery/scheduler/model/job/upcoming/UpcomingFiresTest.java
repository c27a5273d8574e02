package dev.orrery.scheduler.model.job.upcoming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.model.job.upcoming.UpcomingFires.Item;
import dev.orrery.trigger.FireWindow;
import dev.orrery.trigger.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class UpcomingFiresTest {
  private static final Instant NOW = Instant.parse("2027-01-01T12:00:00Z");
  private static final Instant IN_AN_HOUR = NOW.plus(Duration.ofHours(1));
  private static final int MOST = UpcomingFires.MAX_OF_A_JOB;

  @Test
  void ordersFiresByTimeThenJobName() {
    UpcomingFires fires = fires(List.of(every("b", 20), every("a", 30)), IN_AN_HOUR, 100);

    assertThat(fires.items())
        .containsExactly(item("b", 20), item("a", 30), item("b", 40), item("a", 60), item("b", 60));
    assertThat(fires.more()).isFalse();
  }

  @Test
  void includesFireExactlyAtEndOfRange() {
    assertThat(fires(List.of(every("job", 60)), IN_AN_HOUR, 100).items()).hasSize(1);
    assertThat(fires(List.of(every("job", 60)), IN_AN_HOUR.minusMillis(1), 100).items()).isEmpty();
  }

  @Test
  void truncatesUpcomingFiresAtLimit() {
    List<UpcomingTrigger> triggers = List.of(every("a", 30), every("b", 40));

    assertThat(fires(triggers, IN_AN_HOUR, 2).items())
        .containsExactly(item("a", 30), item("b", 40));
    assertThat(fires(triggers, IN_AN_HOUR, 2).more()).isTrue();
    assertThat(fires(triggers, IN_AN_HOUR, 3).more()).isFalse();
  }

  @Test
  void limitsUpcomingFiresPerJob() {
    UpcomingTrigger often =
        new UpcomingTrigger("often", every(Duration.ofSeconds(1)), NOW.plusSeconds(1), NOW);

    UpcomingFires fires = fires(List.of(often, every("seldom", 30)), IN_AN_HOUR, 500);

    assertThat(fires.items()).hasSize(MOST + 2);
    assertThat(fires.items().get(MOST - 1))
        .isEqualTo(new Item("often", NOW.plusSeconds(MOST), true));
    assertThat(fires.items().subList(0, MOST - 1)).noneMatch(Item::more);
    assertThat(fires.items().get(MOST)).isEqualTo(item("seldom", 30));
    assertThat(fires.more()).isTrue();
  }

  @Test
  void reportsNoTruncationAtExactFireLimit() {
    Instant end = NOW.plus(Duration.ofMinutes(6L * MOST));

    UpcomingFires fires = fires(List.of(every("job", 6)), end, 500);

    assertThat(fires.items()).hasSize(MOST).noneMatch(Item::more);
    assertThat(fires.more()).isFalse();
  }

  @Test
  void listsOverdueFireOnceBeforeFutureFires() {
    UpcomingTrigger late =
        new UpcomingTrigger(
            "late", every(Duration.ofMinutes(20)), NOW.minusSeconds(7200), NOW.minusSeconds(7200));

    assertThat(fires(List.of(late), IN_AN_HOUR, 100).items())
        .containsExactly(item("late", -120), item("late", 20), item("late", 40), item("late", 60));
  }

  @Test
  void listsOnlyNextFireOfFixedDelayAndOneTimeTrigger() {
    Trigger delay = new Trigger.Delay(Duration.ofMinutes(1), FireWindow.OPEN, Duration.ZERO);
    Trigger once = new Trigger.At(NOW.plusSeconds(120), Duration.ZERO);
    Instant next = NOW.plusSeconds(120);

    UpcomingFires fires =
        fires(
            List.of(
                new UpcomingTrigger("delay", delay, next, NOW),
                new UpcomingTrigger("once", once, next, NOW)),
            IN_AN_HOUR,
            100);

    assertThat(fires.items()).containsExactly(item("delay", 2), item("once", 2));
    assertThat(fires.more()).isFalse();
  }

  @Test
  void listsFiresWithinTriggerWindowOnly() {
    Trigger bounded =
        new Trigger.Every(
            Duration.ofMinutes(10),
            new FireWindow(null, NOW.plus(Duration.ofMinutes(20))),
            Duration.ZERO);

    assertThat(
            fires(
                    List.of(new UpcomingTrigger("job", bounded, NOW.plusSeconds(600), NOW)),
                    IN_AN_HOUR,
                    100)
                .items())
        .containsExactly(item("job", 10), item("job", 20));
  }

  private static UpcomingFires fires(List<UpcomingTrigger> triggers, Instant until, int limit) {
    return UpcomingFires.of(triggers, NOW, until, limit);
  }

  private static UpcomingTrigger every(String job, int minutes) {
    Duration period = Duration.ofMinutes(minutes);
    return new UpcomingTrigger(job, every(period), NOW.plus(period), NOW);
  }

  private static Trigger every(Duration period) {
    return new Trigger.Every(period, FireWindow.OPEN, Duration.ZERO);
  }

  private static Item item(String job, int minutes) {
    return new Item(job, NOW.plus(Duration.ofMinutes(minutes)), false);
  }
}
