package dev.orrery.scheduler.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.powerjob.PushState.Denial;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PushStateTest {
  @ParameterizedTest
  @CsvSource({
    // state, canceled, seconds since it was sent, what the denial means
    "SENT,      false,   2, DROPPED",
    "SENT,      false,   9, DROPPED",
    "SENT,      false,  10, LOST",
    "SENT,      false,  70, LOST",
    "CONFIRMED, false,   2, LOST",
    "CONFIRMED, false,  70, LOST",
    "UNKNOWN,   false,   2, LOST",
    "UNKNOWN,   false,  70, LOST",
    "SENT,      true,    2, STOPPED",
    "SENT,      true,   70, STOPPED",
    "CONFIRMED, true,    2, STOPPED",
    "UNKNOWN,   true,    2, STOPPED",
  })
  void assumesUnstartedRunOnlyIfSentByThisReplica(
      PushState state, boolean canceled, int seconds, Denial denial) {
    assertThat(state.onDenied(canceled, true, false, Duration.ofSeconds(seconds)))
        .isEqualTo(denial);
  }

  @ParameterizedTest
  @CsvSource({
    // state, canceled, denied repeatedly, seconds since it was sent, what the denial means
    "SENT,      false, false,  2, UNDECIDED",
    "SENT,      false, false, 34, UNDECIDED",
    "SENT,      false, false, 35, LOST",
    "SENT,      false, true,   7, DROPPED",
    "SENT,      false, true,  34, DROPPED",
    "SENT,      false, true,  35, LOST",
    "CONFIRMED, false, false,  2, LOST",
    "UNKNOWN,   false, false,  2, UNDECIDED",
    "UNKNOWN,   false, false, 34, UNDECIDED",
    "UNKNOWN,   false, false, 35, LOST",
    "UNKNOWN,   false, true,   7, LOST",
    "SENT,      true,  false,  2, UNDECIDED",
    "SENT,      true,  false, 35, STOPPED",
    "SENT,      true,  true,   7, STOPPED",
    "CONFIRMED, true,  false,  2, STOPPED",
    "UNKNOWN,   true,  false,  2, UNDECIDED",
    "UNKNOWN,   true,  true,   7, STOPPED",
  })
  void decidesNothingByOneDenialOfRunThatMayBeOvertaken(
      PushState state, boolean canceled, boolean repeated, int seconds, Denial denial) {
    assertThat(state.onDenied(canceled, false, repeated, Duration.ofSeconds(seconds)))
        .isEqualTo(denial);
  }

  @ParameterizedTest
  @CsvSource({"SENT, UNKNOWN", "CONFIRMED, CONFIRMED", "UNKNOWN, UNKNOWN"})
  void becomesUnknownAfterLossOfContact(PushState before, PushState after) {
    assertThat(before.onContactLost()).isEqualTo(after);
  }

  @ParameterizedTest
  @CsvSource({
    "CONFIRMED, does not know this run any more",
    "SENT, nothing shows whether it ran",
    "UNKNOWN, nothing shows whether it ran"
  })
  void returnsReasonForLostRun(PushState state, String words) {
    assertThat(state.lossReason()).contains(words);
  }
}
