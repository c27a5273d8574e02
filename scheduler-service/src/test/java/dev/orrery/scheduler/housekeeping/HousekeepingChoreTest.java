package dev.orrery.scheduler.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.database.DatabaseFailures;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HousekeepingChoreTest {
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
  void choreThatFailsDoesNotStopTheOthers(Throwable failure) {
    runBetweenTwo(failure);

    assertThat(ended).containsExactly("first", "last");
  }

  @Test
  void restWaitsForTheNextRunWhileTheDatabaseIsAway() {
    runBetweenTwo(DatabaseFailures.outage());

    assertThat(ended).containsExactly("first");
  }

  private void runBetweenTwo(Throwable failure) {
    HousekeepingChore.runAll(
        new HousekeepingChore("first", () -> ended.add("first")),
        new HousekeepingChore(
            "failing",
            () -> {
              if (failure instanceof Error error) {
                throw error;
              }
              throw (RuntimeException) failure;
            }),
        new HousekeepingChore("last", () -> ended.add("last")));
  }
}
