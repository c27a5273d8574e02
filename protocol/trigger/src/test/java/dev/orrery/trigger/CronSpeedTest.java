package dev.orrery.trigger;

import static dev.orrery.trigger.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.trigger.cron.CronExpression;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Limits the CPU time of searches. The limits are generous: they only detect a search that goes
 * through time step by step.
 */
class CronSpeedTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final String ZONE = "Europe/Berlin";

  @ParameterizedTest
  @ValueSource(strings = {"* * * * * *", "* * 0-23 * * *", "*/7 * 9-17 * * MON-FRI"})
  void listsOneHundredThousandFireTimesQuickly(String expression) {
    assertUsesAtMost(
        Duration.ofSeconds(2),
        () -> assertThat(FireTimes.of(expression, ZONE).after(START, 100_000)).hasSize(100_000));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0 0 0 1 1 *",
        "0 0 * 1 1 *",
        "0 0 0 29 2 *",
        "0 0 0 29W 2 ?",
        "0 0 9 ? 2-3 FRI#5"
      })
  void listsOneThousandRareFireTimesQuickly(String expression) {
    assertUsesAtMost(
        Duration.ofSeconds(1),
        () -> assertThat(FireTimes.of(expression, ZONE).after(START, 1_000)).hasSize(1_000));
  }

  @ParameterizedTest
  @CsvSource({"0 0 0 %s * ?, 1W", "0 0 0 1 1 ? %s, 2030/2"})
  void findsFireTimesOfCronWithRepeatedPatternsQuickly(String expression, String element) {
    String repeated = String.join(",", Collections.nCopies(100_000, element));
    FireTimes once = FireTimes.of(expression.formatted(element), ZONE);
    FireTimes often = FireTimes.of(expression.formatted(repeated), ZONE);

    assertUsesAtMost(
        Duration.ofSeconds(1),
        () -> assertThat(often.after(START, 500)).isEqualTo(once.after(START, 500)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0 0 0 30 2 *",
        "* * * 31 2,4,6,9,11 *",
        "0 0 0 30W 2 ?",
        "0 0 0 L-30 2,4 ?",
        "0 0 0 1 1 ? 9999",
        "* * * 29 2 ? 1971/4"
      })
  void refusesOneThousandNeverFiringTriggersQuickly(String expression) {
    Trigger never =
        new Trigger.Cron(
            CronExpression.parse(expression), ZoneId.of(ZONE), FireWindow.OPEN, Duration.ZERO);

    assertUsesAtMost(
        Duration.ofSeconds(1),
        () -> {
          for (int i = 0; i < 1_000; i++) {
            assertRefused("cron", () -> never.requireFiresAfter(START));
          }
        });
  }

  /** Counts processor time, which does not depend on what else this machine does. */
  private static void assertUsesAtMost(Duration limit, Runnable work) {
    long begun = processorNanos();
    work.run();

    assertThat(Duration.ofNanos(processorNanos() - begun)).isLessThan(limit);
  }

  private static long processorNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
