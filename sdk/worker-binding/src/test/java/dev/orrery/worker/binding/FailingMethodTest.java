package dev.orrery.worker.binding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.test.ProcessorTester;
import dev.orrery.worker.test.TestedRun;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailingMethodTest {
  record Imported(int rows) {}

  static class Jobs {
    @OrreryJob("throws")
    void fail() throws IOException {
      throw new IOException("cannot import", new SQLException("no relation x"));
    }

    @OrreryJob(
        value = "rule",
        doNotRetry = {IllegalArgumentException.class, StackOverflowError.class})
    void fail(String kind) throws Exception {
      switch (kind) {
        case "direct" -> throw new IllegalArgumentException("no such day");
        case "subclass" -> throw new NumberFormatException("x");
        case "cause" -> throw new IOException("outer", new IllegalArgumentException("inner"));
        case "error" -> throw new StackOverflowError();
        default -> throw new IOException("disk full");
      }
    }

    @OrreryJob("unwritable")
    Imported unwritable() {
      return new Imported(1);
    }
  }

  @Test
  void writesStackTraceToLogOfRun() {
    TestedRun run = run("throws", Map.of());

    assertThat(run.error())
        .contains("java.io.IOException: cannot import; caused by SQLException: no relation x");
    assertThat(run.lines("stderr"))
        .startsWith("java.io.IOException: cannot import")
        .contains("Caused by: java.sql.SQLException: no relation x")
        .anyMatch(line -> line.contains(Jobs.class.getName() + ".fail(FailingMethodTest.java:"));
  }

  @ParameterizedTest
  @CsvSource({
    "direct, true",
    "subclass, true",
    "cause, true",
    "error, true",
    "other, false",
  })
  void stopsRetryingAfterExceptionsListedInAnnotation(String kind, boolean last) {
    TestedRun run = run("rule", Map.of("kind", kind));

    assertThat(run.nonRetryable()).isEqualTo(last);
    assertThat(run.failure().orElseThrow().getClass().getName()).startsWith("java.");
  }

  @Test
  void reportsWhyResultCannotBeWritten() {
    TestedRun run = run("unwritable", Map.of());

    assertThat(run.error())
        .contains("java.io.IOException: no JSON; caused by StackOverflowError: Imported");
    assertThat(run.lines("stderr")).contains("Caused by: java.lang.StackOverflowError: Imported");
  }

  private static TestedRun run(String name, Map<String, String> parameters) {
    BindingPlatform platform =
        BindingPlatform.plain()
            .withResults(
                result -> {
                  throw new IOException(
                      "no JSON", new StackOverflowError(result.getClass().getSimpleName()));
                });
    List<BoundJob> jobs = new JobCollector(platform).add(new Jobs()).finish();
    return jobs.stream()
        .filter(job -> job.name().equals(name))
        .map(job -> ProcessorTester.of(job.processor()).run(parameters))
        .findFirst()
        .orElseThrow();
  }
}
