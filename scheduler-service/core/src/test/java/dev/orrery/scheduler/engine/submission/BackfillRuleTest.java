package dev.orrery.scheduler.engine.submission;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.engine.submission.BackfillStore.LockedTrigger;
import dev.orrery.trigger.FireWindow;
import dev.orrery.trigger.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackfillRuleTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant MIDNIGHT = NOON.minus(Duration.ofHours(12));
  private static final Trigger EVERY_SECOND =
      new Trigger.Every(Duration.ofSeconds(1), FireWindow.OPEN, Duration.ZERO);

  /**
   * @param nextFireAt null if the trigger fires no more
   */
  private static List<Instant> fireTimes(Instant nextFireAt, Instant from, Instant until) {
    return BackfillRule.fireTimes(
        EVERY_SECOND, new LockedTrigger(nextFireAt, MIDNIGHT, NOON), from, until);
  }

  @Test
  void includesBothEndsOfTheRange() {
    Instant from = NOON.minusSeconds(3);

    assertThat(fireTimes(NOON, from, from.plusSeconds(2)))
        .containsExactly(from, from.plusSeconds(1), from.plusSeconds(2));
  }

  @Test
  void excludesNextFireTimeOfTrigger() {
    Instant from = NOON.minusSeconds(2);

    assertThat(fireTimes(NOON, from, NOON)).containsExactly(from, from.plusSeconds(1));
    assertThat(fireTimes(null, from, NOON)).containsExactly(from, from.plusSeconds(1), NOON);
  }

  @Test
  void limitsNumberOfFireTimes() {
    Instant from = NOON.minusSeconds(BackfillRule.MAX_FIRE_TIMES);

    assertThat(fireTimes(NOON, from, NOON)).hasSize(BackfillRule.MAX_FIRE_TIMES);
    assertInvalid("until", () -> fireTimes(NOON, from.minusSeconds(1), NOON));
  }
}
