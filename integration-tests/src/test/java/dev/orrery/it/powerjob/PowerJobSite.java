package dev.orrery.it.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.Stack;
import dev.orrery.it.powerjob.PowerJobProgram.Setting;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** A scheduler whose gateway for PowerJob is on, with apps and published workers. */
final class PowerJobSite implements AutoCloseable {
  /**
   * The longest start of a worker, until it is listed. It takes seconds, on a machine with nothing
   * else to do.
   */
  private static final Duration JOINED = Duration.ofSeconds(60);

  /** Of all that needs no lease to end and no worker to repeat a message. */
  static final Duration SOON = Duration.ofSeconds(20);

  private final Stack stack;
  private final List<ProgramProcess> workers = new ArrayList<>();

  private PowerJobSite(Stack stack) {
    this.stack = stack;
  }

  /** Returns the program of a version; aborts the test if no repository has it. */
  static PowerJobProgram program(String version) throws IOException {
    Optional<PowerJobProgram> program = PowerJobProgram.build(version);
    if (program.isEmpty()) {
      System.out.println("SKIPPED: PowerJob's worker " + version + " cannot be resolved");
      Assumptions.abort("PowerJob's worker cannot be resolved: " + version);
    }
    return program.get();
  }

  /** Creates the site; its scheduler is not started. */
  static PowerJobSite create(String name, String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    all.add("-Dorrery.powerjob.enabled=true");
    all.add("-Dorrery.powerjob.allowed-networks=127.0.0.0/8");
    return new PowerJobSite(new Stack(name, all.toArray(String[]::new)));
  }

  Stack stack() {
    return stack;
  }

  Api api() {
    return stack.api();
  }

  /** Opens an app to PowerJob workers, and returns its number for them. */
  int open(String app) throws IOException {
    api().putApp(app);
    Api.Answer opened = api().call("PUT", "/apps/" + app + "/powerjob", "{}");
    assertThat(opened.status()).isEqualTo(200);
    return opened.body().get("appId").asInt();
  }

  /** Starts a worker, without waiting. */
  ProgramProcess start(PowerJobProgram program, String app, Setting setting) {
    return start(program, "127.0.0.1:" + stack.apiPort(), app, setting);
  }

  /** Starts a worker that dials these addresses, without waiting. */
  ProgramProcess start(PowerJobProgram program, String servers, String app, Setting setting) {
    ProgramProcess worker = program.start(stack.directory(), servers, app, Ports.free(), setting);
    workers.add(worker);
    return worker;
  }

  /** Waits until the app has so many workers. */
  void awaitWorkers(String app, int count, ProgramProcess started) {
    Await.until(
        () -> count + " workers of " + app + " are listed:\n" + started.output(),
        JOINED,
        () -> {
          started.requireAlive();
          return workersOf(app) == count;
        });
  }

  private int workersOf(String app) {
    int count = 0;
    for (JsonNode worker : api().get("/workers").get("items")) {
      count += worker.get("app").asText().equals(app) ? 1 : 0;
    }
    return count;
  }

  /**
   * Stores a job.
   *
   * @param more fields of its document
   */
  void putJob(String app, String job, String processor, String parameters, String more) {
    api()
        .putJob(
            app,
            job,
            """
            {"processor":{"type":"powerjob","processorInfo":"worker.%s"},
             "parameters":{"jobParams":"%s"}%s}
            """
                .formatted(processor, parameters, more));
  }

  /** Stores a job whose runs last until the test ends them, and that has no retry of a failure. */
  RunJournal putJobUntilEnded(String app, String job) throws IOException {
    return putJobUntilEnded(app, job, "{\"maxAttempts\":1}");
  }

  /**
   * As {@link #putJobUntilEnded(String, String)}, and a run that may have started is never
   * repeated.
   */
  RunJournal putJobUntilEndedOnce(String app, String job) throws IOException {
    return putJobUntilEnded(app, job, "{\"maxAttempts\":1,\"maxWorkerLosses\":0}");
  }

  private RunJournal putJobUntilEnded(String app, String job, String retry) throws IOException {
    RunJournal journal = RunJournal.create(stack.directory(), app);
    String more = ",\"overlap\":\"allow\",\"retry\":" + retry;
    putJob(app, job, "Until", journal.directory().toString(), more);
    return journal;
  }

  void awaitStarted(RunJournal journal, int count, Duration longest) {
    Await.until(
        () -> count + " runs have started, not " + journal.started(),
        longest,
        () -> journal.started() >= count);
  }

  /** Waits until so many runs of the job have succeeded, as all of them must. */
  void awaitSucceeded(String app, String job, int count, Duration longest) {
    Await.until(
        () -> count + " runs of " + job + " have succeeded: " + api().states(app, job),
        longest,
        () -> {
          assertThat(api().states(app, job)).doesNotContainKeys("FAILED", "TIMED_OUT", "CANCELED");
          return api().states(app, job).getOrDefault("SUCCEEDED", 0) == count;
        });
  }

  /** Returns the reports with this verdict that the scheduler has received since its start. */
  long reports(String verdict) {
    return stack
        .schedulerMetrics()
        .lines()
        .filter(line -> line.startsWith("orrery_reports_total{"))
        .filter(line -> line.contains("verdict=\"" + verdict + "\""))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Ends the workers, whose runs are lost. */
  void killWorkers() {
    workers.forEach(ProgramProcess::close);
    workers.clear();
  }

  @Override
  public void close() {
    killWorkers();
    stack.close();
  }
}
