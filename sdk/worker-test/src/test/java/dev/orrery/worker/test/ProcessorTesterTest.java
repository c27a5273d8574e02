package dev.orrery.worker.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.AttemptFailedException;
import dev.orrery.worker.Processor;
import dev.orrery.worker.StopCause;
import dev.orrery.worker.annotation.NonRetryableException;
import dev.orrery.worker.capture.AttemptScope;
import dev.orrery.worker.test.TestedRun.LogLine;
import dev.orrery.worker.test.TestedRun.Outcome;
import dev.orrery.worker.test.TestedRun.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ProcessorTesterTest {
  private static final CountDownLatch NEVER = new CountDownLatch(1);

  private static String waitForStop(AttemptContext context) throws InterruptedException {
    context.log("waits");
    NEVER.await();
    return "not reached";
  }

  @Test
  void returnsResultLinesAndProgress() {
    TestedRun run =
        ProcessorTester.of(
                context -> {
                  context.log("from " + context.parameters().get("dir"));
                  context.log("stderr", "a warning");
                  context.progress(140, "row 14\nof 40");
                  context.progress(50, null);
                  return "14 rows";
                })
            .run(Map.of("dir", "/x"));

    assertThat(run.succeeded()).isTrue();
    assertThat(run.outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(run.result()).contains("14 rows");
    assertThat(run.error()).isEmpty();
    assertThat(run.failure()).isEmpty();
    assertThat(run.nonRetryable()).isFalse();
    assertThat(run.lines()).containsExactly("from /x", "a warning");
    assertThat(run.lines("stderr")).containsExactly("a warning");
    assertThat(run.log().get(0)).isEqualTo(new LogLine("stdout", "from /x"));
    assertThat(run.progress())
        .containsExactly(new Progress(100, "row 14 of 40"), new Progress(50, null));
  }

  @Test
  void returnsErrorAsShownByScheduler() {
    TestedRun exact =
        ProcessorTester.of(
                context -> {
                  throw new AttemptFailedException("no such file", "0 rows");
                })
            .run();
    assertThat(exact.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(exact.error()).contains("no such file");
    assertThat(exact.result()).contains("0 rows");
    assertThat(exact.nonRetryable()).isFalse();

    TestedRun other =
        ProcessorTester.of(
                context -> {
                  throw new IllegalStateException("broken");
                })
            .run();
    assertThat(other.error()).contains("java.lang.IllegalStateException: broken");
    assertThat(other.failure().get()).isInstanceOf(IllegalStateException.class);
    assertThat(other.succeeded()).isFalse();
  }

  @Test
  void reportsNonRetryableFailure() {
    TestedRun run =
        ProcessorTester.of(
                context -> {
                  throw new NonRetryableException("account closed");
                })
            .run();

    assertThat(run.nonRetryable()).isTrue();
    assertThat(run.error()).contains("account closed");
  }

  @Test
  void passesConfiguredValuesToProcessor() {
    TestedRun run =
        ProcessorTester.of(
                context ->
                    String.join(
                        " ",
                        context.job(),
                        String.valueOf(context.instance()),
                        String.valueOf(context.attempt()),
                        String.valueOf(context.jobVersion()),
                        context.fireTime().orElse("none"),
                        context.processor(),
                        context.parameters().toString()))
            .job("nightly")
            .instance(42)
            .attempt(3)
            .fireTime(Instant.parse("2027-03-28T01:00:00Z"))
            .parameters(Map.of("a", "1"))
            .parameter("a", "2")
            .run();

    assertThat(run.result()).contains("nightly 42 3 1 2027-03-28T01:00:00Z java:nightly {a=2}");
  }

  @Test
  void appliesRunParametersToSingleRun() {
    ProcessorTester tester =
        ProcessorTester.of(context -> context.parameters().toString()).parameter("a", "1");

    assertThat(tester.run(Map.of("a", "2", "b", "3")).result().orElseThrow())
        .contains("a=2", "b=3");
    assertThat(tester.run().result()).contains("{a=1}");
  }

  @Test
  void countsInstancesOfAllTesters() {
    ProcessorTester one = ProcessorTester.of(context -> "" + context.instance());
    ProcessorTester other = ProcessorTester.of(context -> "" + context.instance());

    assertThat(List.of(one.run(), other.run(), one.run()))
        .extracting(run -> run.result().orElseThrow())
        .doesNotHaveDuplicates();
  }

  @Test
  void startsEachRunWithEmptyLogAndSameSettings() {
    ProcessorTester tester =
        ProcessorTester.of(
            context -> {
              context.log("once");
              return context.fireTime().orElse(null);
            });

    assertThat(tester.run().lines()).containsExactly("once");
    TestedRun second = tester.run();
    assertThat(second.lines()).containsExactly("once");
    assertThat(second.result()).isEmpty();
  }

  @Test
  void stopsWaitingRunOnCancel() {
    StartedRun run = ProcessorTester.of(ProcessorTesterTest::waitForStop).start();

    TestedRun canceled = run.awaitLine("waits").stop(StopCause.CANCELED).await();

    assertThat(canceled.outcome()).isEqualTo(Outcome.CANCELED);
    assertThat(canceled.failure().get()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void stopsRunAtTimeout() {
    TestedRun run =
        ProcessorTester.of(ProcessorTesterTest::waitForStop).timeout(Duration.ofMillis(1)).run();

    assertThat(run.outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(run.error()).contains("timed out");
  }

  @Test
  void handsBackRunOfDrainingWorker() {
    TestedRun run =
        ProcessorTester.of(ProcessorTesterTest::waitForStop)
            .start()
            .awaitLine("waits")
            .stop(StopCause.DRAINED)
            .await();

    assertThat(run.outcome()).isEqualTo(Outcome.HANDED_BACK);
  }

  @Test
  void failsTestWhenRunDoesNotEndInTime() {
    StartedRun run =
        ProcessorTester.of(ProcessorTesterTest::waitForStop)
            .waitAtMost(Duration.ofMillis(50))
            .start();

    assertThatThrownBy(run::await)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("has not ended after PT0.05S")
        .hasMessageContaining("waitForStop");
  }

  @Test
  void failsTestWhenAwaitedLineIsMissing() {
    StartedRun run = ProcessorTester.of(context -> null).start();

    assertThatThrownBy(() -> run.awaitLine("never"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no line with 'never'");
  }

  @Test
  void boundsResultErrorAndLog() {
    Processor talkative =
        context -> {
          for (int i = 0; i < 400; i++) {
            context.log("x".repeat(20_000));
          }
          throw new AttemptFailedException("e".repeat(100_000), "r".repeat(100_000));
        };

    TestedRun run = ProcessorTester.of(talkative).run();

    assertThat(run.result().get()).hasSize(16 * 1024 - 2).endsWith("… (truncated, 100000 bytes)");
    assertThat(run.error().get()).hasSizeLessThan(4 * 1024 + 1);
    assertThat(run.lines().stream().mapToInt(String::length).sum()).isLessThan(1_100_000);
    assertThat(run.lines("orrery")).anyMatch(line -> line.startsWith("truncated"));
  }

  @Test
  void runsProcessorOnSeparateThreadInAttemptScope() {
    Thread test = Thread.currentThread();

    TestedRun run =
        ProcessorTester.of(
                context ->
                    (Thread.currentThread() == test)
                        + " "
                        + AttemptScope.current().get().instance())
            .instance(77)
            .run();

    assertThat(run.result()).contains("false 77");
  }

  @Test
  void refusesInvalidSettings() {
    ProcessorTester tester = ProcessorTester.of(context -> null);

    assertThatThrownBy(() -> tester.attempt(0)).hasMessageContaining("at least 1; got 0");
    assertThatThrownBy(() -> tester.parameter("a", null)).hasMessageContaining("parameter a");
    assertThatThrownBy(() -> ProcessorTester.of(null)).hasMessage("processor");
    assertThat(List.of(tester.run().log())).containsExactly(List.of());
  }
}
