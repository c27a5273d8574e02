package dev.orrery.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.UserError;
import dev.orrery.cli.client.ApiProblem;
import dev.orrery.cli.client.SchedulerClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A scheduler with its embedded database and one agent, as processes of this machine. */
public final class LocalStack implements AutoCloseable {
  private static final URI API = URI.create("http://localhost:7700");
  private static final URI SCHEDULER_READY = URI.create("http://localhost:9000/q/health/ready");
  private static final URI AGENT_READY = URI.create("http://localhost:9100/q/health/ready");
  private static final Duration LONGEST_START = Duration.ofSeconds(90);

  /** An agent's drain, with a little more. */
  private static final Duration LONGEST_STOP = Duration.ofSeconds(45);

  private final Home home;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private ChildProcess scheduler;
  private ChildProcess agent;
  private SchedulerClient client;

  public LocalStack(Home home) {
    this.home = home;
  }

  /** Starts the scheduler, and returns when it is ready. */
  public SchedulerClient startScheduler() {
    requireNobodyThere(SCHEDULER_READY, "a scheduler");
    scheduler =
        ChildProcess.java(
            "The scheduler",
            home.schedulerJar(),
            List.of("-Dorrery.data-dir=" + home.files().resolve("data")),
            Map.of(),
            home.files().resolve("scheduler.log"));
    awaitReady(SCHEDULER_READY, scheduler);
    client = new SchedulerClient(API, read(home.adminToken()));
    return client;
  }

  /** Starts an agent for the app, which must exist, and returns when it has an agreement. */
  public void startAgent(String app) {
    requireNobodyThere(AGENT_READY, "an agent");
    agent =
        ChildProcess.java(
            "The agent",
            home.agentJar(),
            List.of(
                "-Dorrery.worker.app=" + app, "-Dorrery.worker.processors=noop,http,java,shell"),
            // Not on the command line, which others can read.
            Map.of("ORRERY_WORKER_TOKEN", newToken(app)),
            home.files().resolve("agent.log"));
    awaitReady(AGENT_READY, agent);
  }

  /** Makes a token for the agent and revokes that of the last start. */
  private String newToken(String app) {
    Path file = home.files().resolve("agent-token-id");
    String tokens = "/apps/" + SchedulerClient.encoded(app) + "/tokens";
    try {
      if (Files.exists(file)) {
        revoke(tokens + "/" + SchedulerClient.encoded(read(file)));
      }
      JsonNode created =
          client.post(tokens, client.json().createObjectNode().put("scope", "worker")).body();
      Files.writeString(file, created.path("id").asText());
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      return created.path("token").asText();
    } catch (IOException e) {
      throw new UserError(file + " cannot be written: " + e.getMessage());
    }
  }

  private void revoke(String path) {
    try {
      client.delete(path);
    } catch (ApiProblem e) {
      if (!e.code().equals("NOT_FOUND")) {
        throw e;
      }
    }
  }

  /**
   * @throws UserError if one of the processes has ended by itself
   */
  public void requireAlive() {
    scheduler.requireAlive();
    agent.requireAlive();
  }

  private void awaitReady(URI probe, ChildProcess process) {
    long deadline = System.nanoTime() + LONGEST_START.toNanos();
    while (System.nanoTime() < deadline) {
      if (answers(probe, true)) {
        return;
      }
      process.requireAlive();
      pause();
    }
    throw new UserError("It does not become ready: " + probe + " does not say UP.");
  }

  private void requireNobodyThere(URI probe, String what) {
    if (answers(probe, false)) {
      throw new UserError(
          "There is "
              + what
              + " on this machine already ("
              + probe.getAuthority()
              + " answers). Stop it first.");
    }
  }

  private boolean answers(URI probe, boolean withSuccess) {
    HttpRequest request =
        HttpRequest.newBuilder(probe).timeout(Duration.ofSeconds(2)).GET().build();
    try {
      int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      return !withSuccess || status == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("Interrupted.");
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("Interrupted.");
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UserError(file + " cannot be read: " + e.getMessage());
    }
  }

  public synchronized boolean isRunning() {
    return scheduler != null;
  }

  /** Stops what was started: the agent first, which says good-bye to the scheduler. */
  @Override
  public synchronized void close() {
    if (agent != null) {
      agent.stop(LONGEST_STOP);
      agent = null;
    }
    if (scheduler != null) {
      scheduler.stop(LONGEST_STOP);
      scheduler = null;
    }
  }
}
