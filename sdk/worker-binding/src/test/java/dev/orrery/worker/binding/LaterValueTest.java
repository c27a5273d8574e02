package dev.orrery.worker.binding;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.Processor;
import dev.orrery.worker.StopCause;
import dev.orrery.worker.annotation.JobContext;
import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.test.ProcessorTester;
import dev.orrery.worker.test.TestedRun;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LaterValueTest {

  record Returning(Supplier<Object> value) {
    @OrreryJob("later")
    Object run(JobContext job) {
      job.log("called");
      return value.get();
    }
  }

  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of("future", completedFuture("v"), "v"),
        Arguments.of("task", task("v"), "v"),
        Arguments.of("stage", completedFuture("v").minimalCompletionStage(), "v"),
        Arguments.of("none", completedFuture(null), null),
        Arguments.of("number", completedFuture(7), "7"),
        Arguments.of("object", completedFuture(List.of(1, 2)), "json [1, 2]"),
        Arguments.of("nested", completedFuture(Optional.of(completedFuture("v"))), "v"),
        Arguments.of("optional", Optional.of("v"), "v"),
        Arguments.of("absent", Optional.empty(), null),
        Arguments.of("list", Arrays.asList("a", null), "json [a, null]"),
        Arguments.of("optional int", OptionalInt.of(3), "3"),
        Arguments.of("optional long", OptionalLong.of(4), "4"),
        Arguments.of("absent double", OptionalDouble.empty(), null),
        Arguments.of("stream", Stream.of("a", "b"), "json [a, b]"),
        Arguments.of("numbers", IntStream.range(0, 3), "json [0, 1, 2]"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("values")
  void writesAsynchronousResult(String name, Object returned, String result) {
    assertThat(run(returned).result()).isEqualTo(Optional.ofNullable(result));
  }

  static Stream<Arguments> failures() {
    IOException cause = new IOException("disk full");
    return Stream.of(
        Arguments.of("future", failedFuture(cause), "disk full"),
        Arguments.of("wrapped", failedFuture(new CompletionException(cause)), "disk full"),
        Arguments.of("twice", failedFuture(new ExecutionException(cause)), "disk full"),
        Arguments.of("error", failedFuture(new AssertionError("no")), "no"),
        Arguments.of(
            "publisher",
            (Flow.Publisher<String>) subscriber -> {},
            "or a CompletionStage, Future, Uni or Mono of it"),
        Arguments.of(
            "endless stream", Stream.generate(() -> 1), "a stream of more than 8192 items"),
        Arguments.of("stream", Stream.of(completedFuture("v")), "Wait for all of them"),
        Arguments.of("callable", (Callable<String>) () -> "v", "the run would end before its work"),
        Arguments.of("list", List.of(completedFuture("v")), "Wait for all of them"),
        Arguments.of("map", Map.of("a", List.of(task("v"))), "Wait for all of them"),
        Arguments.of("array", new Object[] {completedFuture("v")}, "Wait for all of them"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void failsRunWithErrorOfAsynchronousWork(String name, Object returned, String message) {
    TestedRun run = run(returned);

    assertThat(run.succeeded()).isFalse();
    assertThat(run.failure().orElseThrow().getMessage()).contains(message);
  }

  @Test
  void cancelsWorkWhenRunIsStopped() {
    CompletableFuture<Object> work = new CompletableFuture<>();
    TestedRun run =
        ProcessorTester.of(processor(work))
            .start()
            .awaitLine("called")
            .stop(StopCause.CANCELED)
            .await();

    assertThat(run.succeeded()).isFalse();
    assertThat(work).isCancelled();
  }

  @Test
  void cancelsWorkWhenRunTimesOut() {
    CompletableFuture<Object> work = new CompletableFuture<>();
    TestedRun run = ProcessorTester.of(processor(work)).timeout(Duration.ofMillis(50)).run();

    assertThat(run.error()).hasValue("timed out");
    assertThat(work).isCancelled();
  }

  private static TestedRun run(Object returned) {
    return ProcessorTester.of(processor(returned)).run();
  }

  private static Processor processor(Object returned) {
    return new JobCollector(BindingPlatform.plain().withResults(result -> "json " + result))
        .add(new Returning(() -> returned))
        .finish()
        .get(0)
        .processor();
  }

  private static FutureTask<String> task(String value) {
    FutureTask<String> task = new FutureTask<>(() -> value);
    task.run();
    return task;
  }
}
