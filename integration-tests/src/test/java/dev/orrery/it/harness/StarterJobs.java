package dev.orrery.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The jobs that the applications of {@code src/quarkus} and {@code src/spring} have in common. */
public record StarterJobs(Stack stack) {
  private static final Duration SECONDS = Duration.ofSeconds(30);
  private static final int SLOW_RUNS = 10;
  private static final String LEDGER = "it-ledger";

  /** Returns the settings of an application that serves the jobs, as {@code key=value}. */
  public List<String> settings(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "orrery.worker.app=" + Stack.APP,
                "orrery.worker.token=" + stack.workerToken(),
                "orrery.worker.server=http://localhost:" + stack.httpPort()));
    settings.addAll(List.of(more));
    return settings;
  }

  /**
   * Returns what an application that declares the jobs sets in addition.
   *
   * @param role of the token that applies the jobs
   */
  public String[] declaringSettings(String role, String... more) {
    return Stream.concat(
            Stream.of(
                "orrery.worker.declare-jobs=true",
                "orrery.worker.declare-server=http://localhost:" + stack.apiPort(),
                "orrery.worker.declare-token=" + stack.api().newToken(Stack.APP, role)),
            Stream.of(more))
        .toArray(String[]::new);
  }

  /** Returns what an application that runs jobs sets in addition. */
  public String[] clientSettings(String... more) {
    return Stream.concat(
            Stream.of(
                "orrery.client.server=http://localhost:" + stack.apiPort(),
                "orrery.client.token=" + stack.api().newToken(Stack.APP, "operator")),
            Stream.of(more))
        .toArray(String[]::new);
  }

  /** Returns what an application whose worker {@code ledger} has its own app sets in addition. */
  public String[] ledgerSettings() {
    stack.api().putApp(LEDGER);
    return new String[] {
      "orrery.worker.named.ledger.app=" + LEDGER,
      "orrery.worker.named.ledger.token=" + stack.api().newToken(LEDGER, "worker")
    };
  }

  /**
   * @param parameters a JSON object
   */
  public void put(String job, String parameters) {
    put(Stack.APP, job, parameters);
  }

  private void put(String app, String job, String parameters) {
    stack
        .api()
        .putJob(
            app,
            job,
            "{\"processor\":{\"type\":\"java\",\"name\":\"%s\"},\"parameters\":%s}"
                .formatted(job, parameters));
  }

  /** Runs {@code import-orders}, and waits until {@code each-second} has run three times. */
  public void requireRuns(ProgramProcess application) {
    put("import-orders", "{\"dir\":\"/in\",\"day\":\"2026-11-26\"}");
    String id = stack.api().run(Stack.APP, "import-orders");
    stack.api().awaitState(id, "SUCCEEDED", SECONDS);

    assertThat(stack.api().instance(id).get("result").asText())
        .isEqualTo("{\"rows\":12,\"day\":\"2026-11-26\"}");
    stack.api().awaitLog(id, "reading /in", SECONDS);
    Await.until(
        () -> "three runs by cron have succeeded:\n" + application.output(),
        SECONDS,
        () -> stack.api().states(Stack.APP, "each-second").getOrDefault("SUCCEEDED", 0) >= 3);
  }

  /**
   * Requires one trace from a request to one application through its submission to the run in
   * another one, and a trace of its own with a link for a retry.
   */
  public void requireTrace(ProgramProcess shop, ProgramProcess worker, String id) {
    stack.api().awaitState(id, "SUCCEEDED", SECONDS);
    String again = stack.api().retry(id);

    ExportedSpan run = ExportedSpan.ofRun(worker, id);
    ExportedSpan submission = ExportedSpan.withId(shop, run.parent());
    ExportedSpan request = ExportedSpan.withId(shop, submission.parent());
    ExportedSpan retry = ExportedSpan.ofRun(worker, again);
    Stream.of(request, submission, run, retry).forEach(System.out::println);

    assertThat(List.of(request, submission, run))
        .extracting(ExportedSpan::kind)
        .containsExactly("SERVER", "PRODUCER", "CONSUMER");
    assertThat(List.of(request, submission, run))
        .extracting(ExportedSpan::trace)
        .containsOnly(run.trace());
    assertThat(submission.attributes()).contains("orrery.job=slow", "orrery.instance=" + id);
    assertThat(run.attributes()).contains("orrery.attempt=1", "orrery.outcome=SUCCEEDED");
    assertThat(retry.trace()).isNotEqualTo(run.trace());
    assertThat(retry.link()).isEqualTo(submission.span());
  }

  /**
   * Stops the application while {@code slow} of each app runs: both end, each by the method of its
   * worker.
   */
  public void requireDrainOfBothWorkers(ProgramProcess application) {
    put("slow", "{\"pause\":\"3s\"}");
    put(LEDGER, "slow", "{\"pause\":\"5s\"}");
    String billing = stack.api().run(Stack.APP, "slow");
    String ledger = stack.api().run(LEDGER, "slow");
    stack.api().awaitState(billing, "RUNNING", SECONDS);
    stack.api().awaitState(ledger, "RUNNING", SECONDS);

    application.terminate();

    application.awaitExit(SECONDS);
    assertThat(stack.api().instance(billing).at("/result").asText()).isEqualTo("wrote slowly");
    assertThat(stack.api().instance(ledger).at("/result").asText()).isEqualTo("wrote the ledger");
    assertThat(application.output())
        .containsSubsequence(
            "Draining the worker",
            "Draining the worker",
            "Worker stopped: app=" + Stack.APP,
            "Worker stopped: worker=ledger app=" + LEDGER);
  }

  /** Starts ten runs of {@code slow}, waits until all of them run, and returns their ids. */
  public List<String> startSlow() {
    List<String> ids = stack.api().runMany(Stack.APP, "slow", SLOW_RUNS);
    ids.forEach(id -> stack.api().awaitState(id, "RUNNING", SECONDS));
    return ids;
  }

  /** Stops the application while ten runs of {@code slow} run, which all end well. */
  public void requireDrain(ProgramProcess application) {
    List<String> ids = startSlow();

    application.terminate();

    application.awaitExit(SECONDS);
    for (String id : ids) {
      JsonNode run = stack.api().instance(id);
      assertThat(run.get("state").asText()).as(run.toString()).isEqualTo("SUCCEEDED");
      assertThat(run.get("attempt").asInt()).isEqualTo(1);
      assertThat(run.get("result").asText()).isEqualTo("wrote slowly");
    }
  }
}
