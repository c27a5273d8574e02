package dev.orrery.scheduler.base.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore.Schedule;
import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.lifecycle.StalledSeconds;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.testkit.CapturedLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HousekeepingChoreTest {
  private static final Duration PERIOD = Duration.ofMinutes(1);

  private final SettableTicker ticker = new SettableTicker();
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final ChoreRuns runs = new ChoreRuns(new ProgressWatch(registry, ticker));
  private final List<String> ended = new ArrayList<>();

  static Stream<Throwable> failures() {
    return Stream.of(
        DatabaseFailures.busy(),
        DatabaseFailures.conflict(),
        new IllegalStateException("on purpose"),
        new StackOverflowError());
  }

  @ParameterizedTest
  @MethodSource("failures")
  void runsRemainingChoresAfterFailedChore(Throwable failure) {
    try (CapturedLog log = CapturedLog.of(HousekeepingChore.class)) {
      runBetweenTwo(failure);

      assertThat(ended).containsExactly("first", "last");
      assertThat(log.lines())
          .singleElement()
          .asString()
          .matches(
              "(WARN Housekeeping chore did not finish; its next run continues|ERROR Housekeeping chore"
                  + " failed; retrying at its next run): chore=failing.*");
    }
  }

  @Test
  void postponesRemainingChoresDuringOutage() {
    runBetweenTwo(DatabaseFailures.outage());

    assertThat(ended).containsExactly("first");
  }

  /** Three periods, and a minute for a late run. */
  @ParameterizedTest
  @MethodSource("failures")
  void reportsChoreStalledAfterRepeatedFailures(Throwable failure) {
    for (int period = 0; period < 4; period++) {
      runBetweenTwo(failure);
      assertThat(stalled("chore_failing")).isZero();
      assertThat(stalled("chore_first")).isZero();
      ticker.advance(PERIOD);
    }
    ticker.advance(Duration.ofSeconds(15));
    runBetweenTwo(failure);

    assertThat(stalled("chore_failing")).isEqualTo(15);
    assertThat(stalled("chore_first")).isZero();
    assertThat(stalled("chore_last")).isZero();
  }

  private double stalled(String part) {
    return StalledSeconds.of(registry, part);
  }

  private void runBetweenTwo(Throwable failure) {
    HousekeepingChore.runAll(
        runs,
        List.of(
            chore("first", () -> ended.add("first")),
            chore(
                "failing",
                () -> {
                  if (failure instanceof Error error) {
                    throw error;
                  }
                  throw (RuntimeException) failure;
                }),
            chore("last", () -> ended.add("last"))));
  }

  private static HousekeepingChore chore(String name, Runnable work) {
    return new HousekeepingChore(name, Schedule.EVERY_MINUTE, work);
  }
}
