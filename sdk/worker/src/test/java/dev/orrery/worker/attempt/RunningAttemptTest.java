package dev.orrery.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.LogsRequest.Line;
import dev.orrery.protocol.message.ProgressUpdate;
import dev.orrery.worker.AttemptFailedException;
import dev.orrery.worker.Processor;
import dev.orrery.worker.StopCause;
import dev.orrery.worker.annotation.NonRetryableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RunningAttemptTest {
  private final Assignment assignment =
      new Assignment(
          7,
          3,
          "nightly",
          12,
          new ProcessorSpec.Noop("PT0S"),
          Map.of("region", "eu"),
          "2027-03-28T01:00:00Z",
          null);
  private final AttemptLog log = new AttemptLog(assignment.ref());
  private final AttemptProgress progress = new AttemptProgress(assignment.ref());
  private final RunningAttempt attempt =
      new RunningAttempt(assignment, log, progress, Runnable::run);

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new AttemptFailedException("no such file"), null, "no such file"),
        Arguments.of(
            new AttemptFailedException("no such file", "3 of 5"), "3 of 5", "no such file"),
        Arguments.of(new IOException("disk full"), null, "java.io.IOException: disk full"),
        Arguments.of(new IllegalStateException(), null, "java.lang.IllegalStateException"),
        Arguments.of(new InterruptedException(), null, "interrupted"),
        Arguments.of(new StackOverflowError(), null, "java.lang.StackOverflowError"),
        Arguments.of(new NoClassDefFoundError("a/B"), null, "java.lang.NoClassDefFoundError: a/B"),
        Arguments.of(new AssertionError("1 != 2"), null, "java.lang.AssertionError: 1 != 2"),
        Arguments.of(
            new OutOfMemoryError("Java heap space"),
            null,
            "java.lang.OutOfMemoryError: Java heap space"),
        Arguments.of(
            new ServiceConfigurationError("x"), null, "java.util.ServiceConfigurationError: x"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void failsAttemptOnAnyThrowable(Throwable thrown, String result, String error) {
    assertThat(attempt.run(throwing(thrown)))
        .isEqualTo(new AttemptOutcome(AttemptReport.Outcome.FAILED, result, error));
  }

  @Test
  void failsAttemptWithoutRetryOnNonRetryableException() {
    assertThat(attempt.run(throwing(new NonRetryableException("no such account", "0 of 5"))))
        .isEqualTo(
            new AttemptOutcome(AttemptReport.Outcome.FAILED, "0 of 5", "no such account", true));
  }

  @Test
  void failsAttemptOnExceptionWithoutMessage() {
    assertThat(attempt.run(throwing(new AttemptFailedException(null))).outcome())
        .isEqualTo(AttemptReport.Outcome.FAILED);
  }

  @Test
  void succeedsWithOrWithoutResult() {
    assertThat(attempt.run(context -> "fine"))
        .isEqualTo(new AttemptOutcome(AttemptReport.Outcome.SUCCEEDED, "fine", null));
    assertThat(new RunningAttempt(assignment, log, progress, Runnable::run).run(context -> null))
        .isEqualTo(new AttemptOutcome(AttemptReport.Outcome.SUCCEEDED, null, null));
  }

  @ParameterizedTest
  @EnumSource
  void mapsFailureAfterStopToStopCause(StopCause cause) {
    AttemptOutcome outcome =
        attempt.run(
            context -> {
              attempt.stop(cause);
              throw new AttemptFailedException("exit code 143", "half");
            });

    AttemptOutcome expected =
        switch (cause) {
          case CANCELED, LOST -> new AttemptOutcome(AttemptReport.Outcome.CANCELED, "half", null);
          case TIMED_OUT ->
              new AttemptOutcome(AttemptReport.Outcome.TIMED_OUT, "half", "timed out");
          case DRAINED -> new AttemptOutcome(AttemptReport.Outcome.HANDED_BACK, null, null);
        };
    assertThat(outcome).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  void mapsReturnAfterStopToStopCause(StopCause cause) {
    AttemptOutcome outcome =
        attempt.run(
            context -> {
              attempt.stop(cause);
              return "2 orders";
            });

    AttemptOutcome expected =
        switch (cause) {
          case CANCELED, LOST ->
              new AttemptOutcome(AttemptReport.Outcome.CANCELED, "2 orders", null);
          case TIMED_OUT ->
              new AttemptOutcome(AttemptReport.Outcome.TIMED_OUT, "2 orders", "timed out");
          case DRAINED -> new AttemptOutcome(AttemptReport.Outcome.HANDED_BACK, null, null);
        };
    assertThat(outcome).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  void succeedsWhenProcessorReturnsBeforeStop(StopCause cause) {
    AttemptOutcome outcome = attempt.run(context -> "2 orders");

    attempt.stop(cause);

    assertThat(outcome)
        .isEqualTo(new AttemptOutcome(AttemptReport.Outcome.SUCCEEDED, "2 orders", null));
  }

  @Test
  void skipsAttemptStoppedBeforeItsThreadStarts() {
    List<String> ran = new ArrayList<>();
    attempt.stop(StopCause.CANCELED);

    AttemptOutcome outcome =
        attempt.run(
            context -> {
              ran.add("it");
              return null;
            });

    assertThat(outcome.outcome()).isEqualTo(AttemptReport.Outcome.CANCELED);
    assertThat(ran).isEmpty();
  }

  @Test
  void interruptsThreadOnStopAndClearsInterruptAfterwards() {
    List<Boolean> seen = new ArrayList<>();

    attempt.run(
        context -> {
          attempt.stop(StopCause.TIMED_OUT);
          seen.add(Thread.currentThread().isInterrupted());
          return null;
        });

    assertThat(seen).containsExactly(true);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void interruptsNoThreadWhenStoppedAfterEnd() {
    attempt.run(context -> null);

    attempt.stop(StopCause.CANCELED);

    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void keepsFirstStopCauseExceptForLost() {
    attempt.stop(StopCause.TIMED_OUT);
    attempt.stop(StopCause.CANCELED);
    assertThat(attempt.stopCause()).contains(StopCause.TIMED_OUT);

    attempt.stop(StopCause.LOST);

    assertThat(attempt.stopCause()).contains(StopCause.LOST);
  }

  @Test
  void runsStopActionsOnceAndImmediatelyIfAlreadyStopped() {
    List<String> ran = new ArrayList<>();
    attempt.onStop(() -> ran.add("before"));

    attempt.stop(StopCause.CANCELED);
    attempt.stop(StopCause.LOST);
    attempt.onStop(() -> ran.add("after"));

    assertThat(ran).containsExactly("before", "after");
  }

  @Test
  void runsOtherStopActionsAfterOneThatFails() {
    List<String> ran = new ArrayList<>();
    try (LoggedRecords logged = LoggedRecords.of(RunningAttempt.class)) {
      attempt.onStop(
          () -> {
            throw new AssertionError("broken");
          });
      attempt.onStop(() -> ran.add("second"));

      AttemptOutcome outcome =
          attempt.run(
              context -> {
                attempt.stop(StopCause.CANCELED);
                context.onStop(
                    () -> {
                      throw new IllegalStateException("late");
                    });
                return "2 orders";
              });

      assertThat(outcome.outcome()).isEqualTo(AttemptReport.Outcome.CANCELED);
      assertThat(ran).containsExactly("second");
      assertThat(log.next(Integer.MAX_VALUE).orElseThrow().lines())
          .extracting(Line::text)
          .startsWith("an onStop action failed:", "java.lang.AssertionError: broken")
          .contains("java.lang.IllegalStateException: late");
      assertThat(logged.lines())
          .hasSize(2)
          .containsOnly(
              "WARNING An onStop action failed; continuing to stop the attempt: job=nightly"
                  + " instance=7 attempt=3");
    }
  }

  @Test
  void endsOnlyAfterStopActions() throws Exception {
    List<Runnable> handedOver = new CopyOnWriteArrayList<>();
    RunningAttempt other = new RunningAttempt(assignment, log, progress, handedOver::add);
    List<String> order = new CopyOnWriteArrayList<>();
    CompletableFuture<AttemptOutcome> ended =
        CompletableFuture.supplyAsync(
            () ->
                other.run(
                    context -> {
                      context.onStop(() -> order.add("action"));
                      other.stop(StopCause.DRAINED);
                      order.add("processor");
                      return null;
                    }));

    await().until(() -> order.contains("processor"));
    assertThat(ended).isNotDone();
    handedOver.get(0).run();

    assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo(AttemptOutcome.HANDED_BACK);
    assertThat(order).containsExactly("processor", "action");
  }

  @Test
  void endsWithoutStopActionsWhenNoThreadIsAvailable() {
    RunningAttempt other =
        new RunningAttempt(
            assignment,
            log,
            progress,
            task -> {
              throw new OutOfMemoryError("unable to create native thread");
            });
    other.onStop(() -> {});

    try (LoggedRecords logged = LoggedRecords.of(RunningAttempt.class)) {
      assertThat(
              other
                  .run(
                      context -> {
                        other.stop(StopCause.CANCELED);
                        return null;
                      })
                  .outcome())
          .isEqualTo(AttemptReport.Outcome.CANCELED);
      assertThat(logged.lines())
          .singleElement(STRING)
          .contains("Found no thread for the onStop actions; stopping the attempt");
    }
  }

  @Test
  void runsNoStopActionAfterEnd() {
    List<String> ran = new ArrayList<>();
    attempt.onStop(() -> ran.add("late"));
    attempt.run(context -> null);

    attempt.stop(StopCause.DRAINED);

    assertThat(ran).isEmpty();
  }

  @Test
  void exposesAssignmentToProcessor() {
    assertThat(attempt.instance()).isEqualTo(7);
    assertThat(attempt.attempt()).isEqualTo(3);
    assertThat(attempt.job()).isEqualTo("nightly");
    assertThat(attempt.jobVersion()).isEqualTo(12);
    assertThat(attempt.processor()).isEqualTo("noop");
    assertThat(attempt.parameters()).containsExactly(Map.entry("region", "eu"));
    assertThat(attempt.fireTime()).contains("2027-03-28T01:00:00Z");
    assertThat(attempt.stopCause()).isEmpty();
  }

  @Test
  void logsToStdoutByDefault() {
    attempt.log("one");
    attempt.log("stderr", "two");
    attempt.log(null);

    assertThat(log.next(Integer.MAX_VALUE).orElseThrow().lines())
        .extracting(line -> line.stream() + " " + line.text())
        .containsExactly("stdout one", "stderr two", "stdout null");
  }

  private static Processor throwing(Throwable thrown) {
    return context -> {
      if (thrown instanceof Error error) {
        throw error;
      }
      throw (Exception) thrown;
    };
  }

  @Test
  void forwardsProgressOfAttempt() {
    attempt.run(
        context -> {
          context.progress(40, "copying");
          return null;
        });

    assertThat(progress.take()).isEqualTo(new ProgressUpdate(7, 3, 40, "copying"));
  }

  @Test
  void reportsWhetherStopIsRequested() {
    assertThat(attempt.isStopRequested()).isFalse();
    attempt.stop(StopCause.CANCELED);
    assertThat(attempt.isStopRequested()).isTrue();
  }
}
