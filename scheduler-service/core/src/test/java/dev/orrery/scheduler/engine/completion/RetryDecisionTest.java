package dev.orrery.scheduler.engine.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.scheduler.engine.completion.RetryDecision.FailureCounts;
import dev.orrery.scheduler.engine.completion.RetryDecision.Finish;
import dev.orrery.scheduler.engine.completion.RetryDecision.RunAgain;
import dev.orrery.scheduler.model.instance.AttemptEnd;
import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.instance.InstanceTransitions;
import dev.orrery.scheduler.model.job.document.RetryDocument;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RetryDecisionTest {
  /** At most 3 failures, the first back-off 10 s; at most 2 losses. */
  private static final RetryDocument RETRY =
      new RetryDocument(3, Duration.ofSeconds(10), Duration.ofMinutes(10), 2);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SUCCEEDED   | 0 | 0 | SUCCEEDED |
          SUCCEEDED   | 2 | 2 | SUCCEEDED |
          FAILED      | 2 | 0 | FAILED    |
          FAILED      | 2 | 2 | FAILED    |
          FAILED      | 9 | 0 | FAILED    |
          TIMED_OUT   | 2 | 0 | TIMED_OUT |
          CANCELED    | 2 | 0 | FAILED    |
          LOST        | 0 | 2 | FAILED    | WORKER_LOST
          LOST        | 2 | 2 | FAILED    | WORKER_LOST
          LOST        | 0 | 9 | FAILED    | WORKER_LOST
          """)
  void finishesInstanceOnSuccessOrExhaustedRetries(
      AttemptEnd end, int failures, int losses, InstanceState state, EndReason reason) {
    assertThat(decide(end, failures, losses, null)).isEqualTo(new Finish(state, reason));
  }

  @ParameterizedTest
  @CsvSource({
    "1, PT0S, PT1M",
    "2, PT0S, PT2M",
    "6, PT10S, PT32M",
    "7, PT0S, PT1H",
    "5000, PT0S, PT1H",
    "1, PT5M, PT5M"
  })
  void delaysRetryOfUnreadableAttempt(int attempt, Duration after, Duration expected) {
    FailureCounts counts = new FailureCounts(1, 2);

    assertThat(RetryDecision.ofUnreadable(new RunAgain(counts, after), attempt))
        .isEqualTo(new RunAgain(counts, expected));
  }

  @ParameterizedTest
  @CsvSource({
    "FAILED, FAILED,",
    "CANCELED, FAILED,",
    "TIMED_OUT, TIMED_OUT,",
    "LOST, FAILED, WORKER_LOST",
    "HANDED_BACK, FAILED, WORKER_LOST"
  })
  void neverRunsPinnedPartAgain(AttemptEnd end, InstanceState state, EndReason reason) {
    RetryDecision again = decide(end, 0, 0, null);

    assertThat(again).isInstanceOf(RunAgain.class);
    assertThat(RetryDecision.ofPinned(again, end)).isEqualTo(new Finish(state, reason));
  }

  @Test
  void keepsFinishDecisionForPinnedPart() {
    Finish end = new Finish(InstanceState.CANCELED, EndReason.JOB_DELETED);

    assertThat(RetryDecision.ofPinned(end, AttemptEnd.LOST)).isSameAs(end);
  }

  @Test
  void keepsFinishDecisionForUnreadableAttempt() {
    Finish end = new Finish(InstanceState.SUCCEEDED, null);

    assertThat(RetryDecision.ofUnreadable(end, 1)).isSameAs(end);
  }

  @ParameterizedTest
  @CsvSource({"FAILED, 0", "FAILED, 2"})
  void finishesNonRetryableFailureWithItsReason(AttemptEnd end, int failures) {
    assertThat(RetryDecision.ofNonRetryable(decide(end, failures, 0, null)))
        .isEqualTo(new Finish(InstanceState.FAILED, EndReason.NON_RETRYABLE));
  }

  @Test
  void finishesAsCanceledDespiteNonRetryableFailure() {
    assertThat(RetryDecision.ofNonRetryable(decide(AttemptEnd.FAILED, 0, 0, EndReason.JOB_DELETED)))
        .isEqualTo(new Finish(InstanceState.CANCELED, EndReason.JOB_DELETED));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          FAILED      | 0 | 0 | 1 | 0 | PT10S
          FAILED      | 1 | 2 | 2 | 2 | PT20S
          TIMED_OUT   | 0 | 1 | 1 | 1 | PT10S
          CANCELED    | 1 | 0 | 2 | 0 | PT20S
          LOST        | 0 | 0 | 0 | 1 | PT0S
          LOST        | 2 | 1 | 2 | 2 | PT0S
          HANDED_BACK | 0 | 0 | 0 | 0 | PT0S
          HANDED_BACK | 2 | 2 | 2 | 2 | PT0S
          """)
  void retriesUntilAttemptsOrLossesAreExhausted(
      AttemptEnd end,
      int failures,
      int losses,
      int failuresAfter,
      int lossesAfter,
      Duration after) {
    assertThat(decide(end, failures, losses, null))
        .isEqualTo(new RunAgain(new FailureCounts(failuresAfter, lossesAfter), after));
  }

  @ParameterizedTest
  @EnumSource
  void finishesAsCanceledWithReasonUnlessAttemptSucceeded(AttemptEnd end) {
    for (EndReason reason : EndReason.values()) {
      RetryDecision expected =
          end == AttemptEnd.SUCCEEDED
              ? new Finish(InstanceState.SUCCEEDED, null)
              : new Finish(InstanceState.CANCELED, reason);

      for (int failures = 0; failures < 5; failures++) {
        for (int losses = 0; losses < 5; losses++) {
          assertThat(decide(end, failures, losses, reason)).isEqualTo(expected);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsCancelReasonByItsName(EndReason reason) {
    assertThat(EndReason.ofCancel(reason.name())).isEqualTo(reason);
  }

  @Test
  void readsMissingOrUnknownCancelReasonAsCanceled() {
    assertThat(EndReason.ofCancel(null)).isEqualTo(EndReason.CANCELED);
    assertThat(EndReason.ofCancel("REASON_OF_A_NEWER_RELEASE")).isEqualTo(EndReason.CANCELED);
  }

  @ParameterizedTest
  @EnumSource
  void decidesOnlyLegalTransitions(AttemptEnd end) {
    Set<InstanceState> reached = new HashSet<>();
    for (int failures = 0; failures < 5; failures++) {
      for (int losses = 0; losses < 5; losses++) {
        for (EndReason cancel : new EndReason[] {null, EndReason.CANCELED}) {
          RetryDecision decision = decide(end, failures, losses, cancel);
          reached.add(
              decision instanceof RunAgain again ? again.state() : ((Finish) decision).state());
        }
      }
    }

    assertThat(InstanceTransitions.after(InstanceState.RUNNING)).containsAll(reached);
  }

  /** Attempts that failed or were lost do not count. */
  @ParameterizedTest
  @CsvSource({
    "1, 0, 0, PT0S",
    "2, 0, 0, PT0S",
    "3, 0, 0, PT1S",
    "4, 0, 0, PT2S",
    "5, 0, 0, PT4S",
    "11, 0, 0, PT4M16S",
    "12, 0, 0, PT5M",
    "13, 0, 0, PT5M",
    "2000000000, 0, 0, PT5M",
    "5, 2, 1, PT0S",
    "6, 2, 1, PT1S",
    "7, 2, 1, PT2S",
    "2, 2, 2, PT0S"
  })
  void delaysRetryFromThirdHandBackOn(int attempt, int failures, int losses, Duration after) {
    FailureCounts counts = new FailureCounts(failures, losses);

    assertThat(RetryDecision.of(AttemptEnd.HANDED_BACK, attempt, counts, RETRY, null))
        .isEqualTo(new RunAgain(counts, after));
  }

  @Test
  void appliesHandBackDelayOnlyToHandBacks() {
    FailureCounts none = new FailureCounts(0, 0);

    assertThat(RetryDecision.of(AttemptEnd.LOST, 50, none, RETRY, null))
        .isEqualTo(new RunAgain(new FailureCounts(0, 1), Duration.ZERO));
    assertThat(RetryDecision.of(AttemptEnd.FAILED, 50, none, RETRY, null))
        .isEqualTo(new RunAgain(new FailureCounts(1, 0), Duration.ofSeconds(10)));
  }

  @Test
  void finishesAtFirstFailureOrLossWithoutRetries() {
    RetryDocument none = new RetryDocument(1, Duration.ZERO, Duration.ZERO, 0);

    assertThat(RetryDecision.of(AttemptEnd.FAILED, 1, new FailureCounts(0, 0), none, null))
        .isEqualTo(new Finish(InstanceState.FAILED, null));
    assertThat(RetryDecision.of(AttemptEnd.LOST, 1, new FailureCounts(0, 0), none, null))
        .isEqualTo(new Finish(InstanceState.FAILED, EndReason.WORKER_LOST));
    assertThat(RetryDecision.of(AttemptEnd.HANDED_BACK, 1, new FailureCounts(0, 0), none, null))
        .isInstanceOf(RunAgain.class);
  }

  @Test
  void assignsReadyStateWithoutDelayAndScheduledStateWithDelay() {
    assertThat(new RunAgain(new FailureCounts(0, 1), Duration.ZERO).state())
        .isEqualTo(InstanceState.READY);
    assertThat(new RunAgain(new FailureCounts(1, 0), Duration.ofMillis(1)).state())
        .isEqualTo(InstanceState.SCHEDULED);
  }

  @ParameterizedTest
  @EnumSource
  void mapsWorkerOutcomeToAttemptEndOfSameName(Outcome outcome) {
    assertThat(AttemptEnd.of(outcome).name()).isEqualTo(outcome.name());
  }

  @ParameterizedTest
  @EnumSource
  void looksUpAttemptEndByCode(AttemptEnd end) {
    assertThat(AttemptEnd.ofCode(end.code())).isEqualTo(end);
  }

  private static RetryDecision decide(AttemptEnd end, int failures, int losses, EndReason cancel) {
    FailureCounts counts = new FailureCounts(failures, losses);
    return RetryDecision.of(end, 1 + failures + losses, counts, RETRY, cancel);
  }
}
