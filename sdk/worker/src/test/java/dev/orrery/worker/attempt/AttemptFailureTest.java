package dev.orrery.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.LogsRequest.Line;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.worker.AttemptFailedException;
import dev.orrery.worker.StopCause;
import dev.orrery.worker.annotation.NonRetryableException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AttemptFailureTest {
  private final Assignment assignment =
      new Assignment(7, 3, "nightly", 1, new ProcessorSpec.Java("x"), Map.of(), null, null);
  private final AttemptLog log = new AttemptLog(assignment.ref());
  private final RunningAttempt attempt = new RunningAttempt(assignment, log, Runnable::run);
  private final LoggedRecords logged = LoggedRecords.of(RunningAttempt.class);

  @AfterEach
  void endRecording() {
    logged.close();
  }

  static Stream<Arguments> errors() {
    SQLException inner = new SQLException("no relation x");
    IllegalStateException outer = new IllegalStateException("outer", inner);
    String both = "java.lang.IllegalStateException: outer; caused by SQLException: no relation x";
    return Stream.of(
        Arguments.of(outer, both),
        Arguments.of(new CompletionException(outer), both),
        Arguments.of(new ExecutionException(new InvocationTargetException(outer)), both),
        Arguments.of(
            new UndeclaredThrowableException(inner), "java.sql.SQLException: no relation x"),
        Arguments.of(
            new RuntimeException(inner),
            "java.lang.RuntimeException: java.sql.SQLException: no relation x"),
        Arguments.of(
            new IOException("cannot read: no relation x", inner),
            "java.io.IOException: cannot read: no relation x"),
        Arguments.of(
            new IOException("cannot read", new NullPointerException()),
            "java.io.IOException: cannot read; caused by NullPointerException"),
        Arguments.of(
            new CompletionException("alone", null),
            CompletionException.class.getName() + ": alone"),
        Arguments.of(
            new ExecutionException(new AttemptFailedException("no such file")), "no such file"),
        Arguments.of(new AttemptFailedException("no such file", outer), "no such file"),
        Arguments.of(
            new Mute(), Mute.class.getName() + ": its message fails with " + Mute.class.getName()));
  }

  private static final class Mute extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new Mute();
    }
  }

  @ParameterizedTest
  @MethodSource("errors")
  void describesExceptionAndRootCause(Throwable thrown, String error) {
    assertThat(fail(thrown)).isEqualTo(new AttemptOutcome(Outcome.FAILED, null, error));
  }

  static Stream<Arguments> lastFailures() {
    NonRetryableException closed = new NonRetryableException("account closed", "3 of 5");
    String exact = "account closed";
    return Stream.of(
        Arguments.of(closed, exact),
        Arguments.of(new RuntimeException(closed), exact),
        Arguments.of(new IllegalStateException(null, closed), exact),
        Arguments.of(new CompletionException(new RuntimeException(closed)), exact),
        Arguments.of(
            new IOException("import failed", closed),
            "java.io.IOException: import failed; caused by NonRetryableException: account closed"),
        Arguments.of(new AttemptFailedException("import failed", closed), "import failed"));
  }

  @ParameterizedTest
  @MethodSource("lastFailures")
  void stopsRetryingOnNonRetryableCause(Throwable thrown, String error) {
    String result = thrown instanceof AttemptFailedException ? null : "3 of 5";

    assertThat(fail(thrown)).isEqualTo(new AttemptOutcome(Outcome.FAILED, result, error, true));
  }

  @ParameterizedTest
  @CsvSource({"true, FAILED, true", "false, SUCCEEDED, false"})
  void stopsRetryingWhenProcessorRequestsIt(boolean fails, Outcome outcome, boolean last) {
    AttemptOutcome end =
        attempt.run(
            context -> {
              context.doNotRetry();
              if (fails) {
                throw new IOException("disk full");
              }
              return null;
            });

    assertThat(end.outcome()).isEqualTo(outcome);
    assertThat(end.nonRetryable()).isEqualTo(last);
  }

  @Test
  void reportsFailureAlthoughLogFails() {
    log.onFirstLine(
        () -> {
          throw new OutOfMemoryError("Java heap space");
        });

    assertThat(fail(new IOException("disk full")).error())
        .isEqualTo("java.io.IOException: disk full");
    assertThat(logged.lines())
        .containsExactly("WARNING Failed to log the failure of an attempt; reporting it anyway");
  }

  @Test
  void survivesCyclicCauses() {
    RuntimeException two = new RuntimeException("two");
    Exception one = new IllegalStateException("one", two);
    two.initCause(one);

    assertThat(fail(one).error()).startsWith("java.lang.IllegalStateException: one");
    assertThat(lines()).anyMatch(line -> line.contains("CIRCULAR REFERENCE"));
  }

  @Test
  void keepsRootCauseWithinErrorLimit() {
    String error =
        fail(new IOException("é".repeat(9_000), new SQLException("ü".repeat(9_000)))).error();

    assertThat(error.getBytes(StandardCharsets.UTF_8))
        .hasSizeBetween(MessageLimits.MAX_ERROR_BYTES - 8, MessageLimits.MAX_ERROR_BYTES);
    assertThat(error)
        .startsWith("java.io.IOException: éé")
        .contains("… (truncated); caused by SQLException: üü")
        .endsWith("… (truncated)");
  }

  @Test
  void writesStackTraceToLogOfRunAndOnceToApplicationLog() {
    RuntimeException thrown =
        new IllegalStateException("outer", new SQLException("no relation x\nat line 1"));

    fail(new CompletionException(thrown));

    assertThat(log.next(Integer.MAX_VALUE).orElseThrow().lines())
        .extracting(Line::stream)
        .containsOnly("stderr");
    assertThat(lines())
        .startsWith("java.lang.IllegalStateException: outer")
        .contains("Caused by: java.sql.SQLException: no relation x", "at line 1")
        .anyMatch(line -> line.startsWith("\tat " + AttemptFailureTest.class.getName() + ".writes"))
        .last(STRING)
        .startsWith("\t... ");
    assertThat(logged.lines())
        .containsExactly(
            "WARNING Attempt failed; reporting it to the scheduler: job=nightly instance=7"
                + " attempt=3");
    assertThat(logged.records()).extracting(LogRecord::getThrown).containsExactly(thrown);
  }

  static Stream<Arguments> failuresOnPurpose() {
    return Stream.of(
        Arguments.of(new AttemptFailedException("no such file"), false),
        Arguments.of(new NonRetryableException("account closed"), false),
        Arguments.of(new ExecutionException(new AttemptFailedException("no such file")), false),
        Arguments.of(new AttemptFailedException("no such file", new IOException("disk")), true),
        Arguments.of(new NonRetryableException("account closed", new IOException("disk")), true));
  }

  @ParameterizedTest
  @MethodSource("failuresOnPurpose")
  void logsDeliberateFailureOnlyWithCause(Throwable thrown, boolean told) {
    fail(thrown);

    assertThat(lines().contains("Caused by: java.io.IOException: disk")).isEqualTo(told);
    assertThat(lines().isEmpty()).isNotEqualTo(told);
    assertThat(logged.records()).hasSize(told ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({
    "CANCELED,  false, true",
    "CANCELED,  true,  false",
    "DRAINED,   true,  false",
    "TIMED_OUT, true,  true"
  })
  void logsFailureAfterStopOnlyInLogOfRun(StopCause cause, boolean interrupt, boolean told) {
    attempt.run(
        context -> {
          attempt.stop(cause);
          throw interrupt ? new InterruptedException("here") : new IOException("broken pipe");
        });

    assertThat(lines().isEmpty()).isNotEqualTo(told);
    assertThat(logged.records()).isEmpty();
  }

  @Test
  void logsMessageOfDeliberateFailureAfterCancel() {
    attempt.run(
        context -> {
          attempt.stop(StopCause.CANCELED);
          throw new AttemptFailedException("exit code 143");
        });

    assertThat(lines()).containsExactly("exit code 143");
  }

  @Test
  void truncatesFramesOfEachException() {
    fail(new IllegalStateException("outer", overflow()));

    int more = StackTrace.MAX_FRAMES;
    assertThat(lines())
        .hasSizeBetween(more, StackTrace.MAX_BEGIN_LINES)
        .contains("Caused by: java.lang.StackOverflowError")
        .anyMatch(line -> line.matches("\t… \\d+ frames are left out here"));
  }

  private static StackOverflowError overflow() {
    StackOverflowError error = new StackOverflowError();
    StackTraceElement[] frames = new StackTraceElement[1_024];
    Arrays.fill(frames, new StackTraceElement("a.B", "c", "B.java", 1));
    error.setStackTrace(frames);
    return error;
  }

  @ParameterizedTest
  @CsvSource({"1000, 10", "60, 4000", "300, 100"})
  void omitsMiddleOfLongCauseChain(int causes, int length) {
    Throwable thrown = new SQLException("the root");
    for (int i = 0; i < causes; i++) {
      thrown = new IOException(i + "x".repeat(length), thrown);
    }

    fail(thrown);

    List<String> lines = lines();
    int bytes = lines.stream().mapToInt(line -> line.length() + 1).sum();
    assertThat(lines)
        .hasSizeLessThanOrEqualTo(StackTrace.MAX_BEGIN_LINES + StackTrace.MAX_END_LINES + 1)
        .contains("Caused by: java.sql.SQLException: the root")
        .filteredOn(line -> line.matches("… \\d+ lines of the stack trace are left out here"))
        .hasSize(1);
    assertThat(bytes)
        .isLessThan(StackTrace.MAX_BEGIN_BYTES + StackTrace.MAX_END_BYTES + StackTrace.MAX_LINE);
  }

  @Test
  void truncatesLongMessageLine() {
    fail(new IOException("x".repeat(100_000)));

    assertThat(lines().get(0)).hasSize(StackTrace.MAX_LINE + 1).endsWith("x…");
  }

  private AttemptOutcome fail(Throwable thrown) {
    return attempt.run(
        context -> {
          if (thrown instanceof Error error) {
            throw error;
          }
          throw (Exception) thrown;
        });
  }

  private List<String> lines() {
    return log.next(Integer.MAX_VALUE).stream()
        .flatMap(chunk -> chunk.lines().stream())
        .map(Line::text)
        .toList();
  }
}
