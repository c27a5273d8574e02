package dev.orrery.it.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.client.ClientSettings;
import dev.orrery.client.Instance;
import dev.orrery.client.JobDocument;
import dev.orrery.client.OrreryClient;
import dev.orrery.client.Run;
import dev.orrery.worker.AttemptFailedException;
import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.Processor;
import dev.orrery.worker.WorkerSettings;
import dev.orrery.worker.annotation.NonRetryableException;
import dev.orrery.worker.capture.AttemptScope;
import dev.orrery.worker.capture.RunLogHandler;
import dev.orrery.worker.test.scheduler.LocalScheduler;
import dev.orrery.worker.test.scheduler.SchedulerExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs jobs on a worker within the test process, with the scheduler that the test kit starts. */
@ExtendWith(SchedulerExtension.class)
class EmbeddedWorkerIT {
  private static final Logger LOGGER = Logger.getLogger("com.example.Orders");

  private final LocalScheduler scheduler;

  EmbeddedWorkerIT(LocalScheduler scheduler) {
    this.scheduler = scheduler;
  }

  private JsonNode run(Runs runs, String app, Processor processor) throws IOException {
    OrreryWorker worker =
        WorkerSettings.of(app, scheduler.newToken(app, "worker"))
            .server(scheduler.workerUrl())
            .processor("tested", processor)
            .start();
    try {
      runs.putJob(
          "tested",
          "{\"processor\":{\"type\":\"java\",\"name\":\"tested\"},"
              + "\"retry\":{\"maxAttempts\":2,\"backoff\":\"PT0.1S\"}}");
      return runs.awaitEnd(runs.run("tested"));
    } finally {
      worker.close();
    }
  }

  @Test
  void stopsRetryingAfterNonRetryableFailure() throws IOException {
    JsonNode retried =
        run(
            new Runs(scheduler, "retried"),
            "retried",
            context -> {
              throw new AttemptFailedException("the service is away");
            });
    assertThat(retried.path("attempt").asInt()).isEqualTo(2);
    assertThat(retried.path("endReason").isNull()).isTrue();

    JsonNode ended =
        run(
            new Runs(scheduler, "ended"),
            "ended",
            context -> {
              throw new NonRetryableException("the account is closed", "0 of 5");
            });
    assertThat(ended.path("state").asText()).isEqualTo("FAILED");
    assertThat(ended.path("endReason").asText()).isEqualTo("NON_RETRYABLE");
    assertThat(ended.path("attempt").asInt()).isEqualTo(1);
    assertThat(ended.path("error").asText()).isEqualTo("the account is closed");
    assertThat(ended.path("result").asText()).isEqualTo("0 of 5");
  }

  @Test
  void capturesApplicationLogInLogOfRun() throws IOException {
    RunLogHandler handler = RunLogHandler.install();
    Runs runs = new Runs(scheduler, "captured");
    try {
      JsonNode run =
          run(
              runs,
              "captured",
              context -> {
                LOGGER.info("imported 3 of 5");
                Thread other =
                    new Thread(AttemptScope.carry(() -> LOGGER.warning("two are invalid")));
                other.start();
                other.join();
                return null;
              });
      LOGGER.info("after the run");

      assertThat(runs.lines(run.path("id").asText()))
          .containsExactly(
              "INFO com.example.Orders - imported 3 of 5",
              "WARNING com.example.Orders - two are invalid");
    } finally {
      Logger.getLogger("").removeHandler(handler);
    }
  }

  /** As docs/testing-jobs.md does. */
  @Test
  void runsJobCreatedByClient() {
    String app = "hello-test";
    OrreryWorker worker =
        WorkerSettings.of(app, scheduler.newToken(app, "worker"))
            .server(scheduler.workerUrl())
            .processor("hello", context -> "greeted " + context.parameters().get("name"))
            .start();
    try (OrreryClient orrery =
        ClientSettings.of(app, scheduler.newToken(app, "operator"))
            .server(scheduler.url())
            .open()) {
      orrery.putJob(
          "hello",
          JobDocument.ofJson("{\"processor\": {\"type\": \"java\", \"name\": \"hello\"}}"));
      String id = orrery.runJob(Run.of("hello").parameter("name", "Ada"));

      Instance ended = orrery.awaitEnd(id, Duration.ofMinutes(1));

      assertThat(ended.result()).hasValue("greeted Ada");
    } finally {
      worker.close();
    }
  }

  @Test
  void namesFailedApiCallInException() {
    assertThatThrownBy(() -> scheduler.call("GET", "/api/v1/apps/no-such-app", null))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("GET /api/v1/apps/no-such-app returned 404")
        .hasMessageContaining("APP_NOT_FOUND");
  }
}
