package dev.orrery.it.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.Sockets;
import dev.orrery.it.harness.Stack;
import dev.orrery.it.powerjob.PowerJobProgram.Setting;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Stack stack;
  private final int akkaPort;
  private final int muPort;
  private final List<ProgramProcess> workers = new ArrayList<>();

  private PowerJobSite(Stack stack, int akkaPort, int muPort) {
    this.stack = stack;
    this.akkaPort = akkaPort;
    this.muPort = muPort;
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

  /** Creates a site for workers over HTTP; its scheduler is not started. */
  static PowerJobSite create(String name, String... options) {
    return createFor("HTTP", name, options);
  }

  /** Creates a site for workers over HTTP and AKKA; its scheduler is not started. */
  static PowerJobSite createForBoth(String name, String... options) {
    return createFor("HTTP, Akka", name, options);
  }

  /** Creates a site for workers over each protocol; its scheduler is not started. */
  static PowerJobSite createForAll(String name, String... options) {
    return createFor("HTTP, Akka, mu", name, options);
  }

  /**
   * Creates a site; its scheduler is not started.
   *
   * @param protocols of its workers, in any case
   */
  static PowerJobSite createFor(String protocols, String name, String... options) {
    int akkaPort = Ports.free();
    int muPort = Ports.free();
    List<String> all = new ArrayList<>(List.of(options));
    all.add("-Dorrery.powerjob.enabled=true");
    all.add("-Dorrery.powerjob.allowed-networks=127.0.0.0/8");
    all.add("-Dorrery.powerjob.protocols=" + protocols);
    if (protocols.toUpperCase(Locale.ROOT).contains("AKKA")) {
      all.add("-Dorrery.powerjob.akka.advertised-host=127.0.0.1");
      all.add("-Dorrery.powerjob.akka.port=" + akkaPort);
    }
    all.add("-Dorrery.powerjob.mu.port=" + muPort);
    return new PowerJobSite(new Stack(name, all.toArray(String[]::new)), akkaPort, muPort);
  }

  /** The port for workers over AKKA. */
  int akkaPort() {
    return akkaPort;
  }

  /** The port for workers over MU. */
  int muPort() {
    return muPort;
  }

  Stack stack() {
    return stack;
  }

  Api api() {
    return stack.api();
  }

  /**
   * Requires that the scheduler listens on exactly the ports of its plan, as the kernel tells.
   *
   * @return the ports
   */
  Set<Integer> requirePlannedPorts(ProgramProcess scheduler) {
    Set<Integer> planned = new TreeSet<>();
    for (JsonNode port : api().get("/protocol").get("ports")) {
      if (port.get("open").asBoolean() && port.get("side").asText().equals("scheduler")) {
        planned.add(port.get("number").asInt());
      }
    }
    if (Sockets.areKnown()) {
      assertThat(
              Sockets.of(scheduler).stream()
                  .filter(socket -> !socket.loopback())
                  .map(Sockets.Listening::port)
                  .distinct())
          .containsExactlyInAnyOrderElementsOf(planned);
    }
    return planned;
  }

  /** Opens an app to PowerJob workers, and returns its number for them. */
  int open(String app) throws IOException {
    api().putApp(app);
    Api.Answer opened = api().call("PUT", "/apps/" + app + "/powerjob", "{}");
    assertThat(opened.status()).isEqualTo(200);
    return opened.body().get("appId").asInt();
  }

  /** Waits until this replica knows that the app is open, as another one has opened it. */
  void awaitOpen(String app) {
    URI discovery =
        URI.create("http://127.0.0.1:" + stack.apiPort() + "/server/assert?appName=" + app);
    Await.until(
        "the replica knows that " + app + " is open",
        SOON,
        () ->
            HTTP.send(
                    HttpRequest.newBuilder(discovery).build(), HttpResponse.BodyHandlers.ofString())
                .body()
                .contains("\"success\":true"));
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

  /** Returns whether the open port of the protocol http has the path of a message. */
  boolean takesMessagesOverHttp() {
    HttpRequest heartbeat =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + stack.httpPort() + "/server/workerHeartbeat"))
            .POST(HttpRequest.BodyPublishers.ofString("no message"))
            .build();
    try {
      return HTTP.send(heartbeat, HttpResponse.BodyHandlers.discarding()).statusCode() == 400;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until a worker of the app is refused for its protocol; returns the setting to change. */
  String awaitRefusal(String app) {
    Await.until("the worker of " + app + " is refused", SOON, () -> refusal(app) != null);
    assertThat(refusal(app).get("code").asText()).isEqualTo("PROTOCOL_MISMATCH");
    return refusal(app).get("settingToChange").asText();
  }

  private JsonNode refusal(String app) {
    for (JsonNode refused : api().get("/workers").get("refused")) {
      if (refused.path("app").asText().equals(app)) {
        return refused;
      }
    }
    return null;
  }

  private int workersOf(String app) {
    return workers(app, "");
  }

  /** Counts the workers of the app that take broadcasts, maps and map-reduces. */
  int takersOfHeavyRuns(String app) {
    return workers(app, "powerjob:heavy");
  }

  private int workers(String app, String text) {
    int count = 0;
    for (JsonNode worker : api().get("/workers").get("items")) {
      count += worker.get("app").asText().equals(app) && worker.toString().contains(text) ? 1 : 0;
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

  /**
   * Stores a job of several workers.
   *
   * @param kind such as {@code MAP}
   */
  void putHeavyJob(String app, String job, String processor, String kind, String parameters) {
    api()
        .putJob(
            app,
            job,
            """
            {"processor":{"type":"powerjob","processorInfo":"worker.%s","executeType":"%s"},
             "parameters":{"jobParams":"%s"}}
            """
                .formatted(processor, kind, parameters));
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
