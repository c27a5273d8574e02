package dev.orrery.cli.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.UserException;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.local.ChildProcess;
import dev.orrery.cli.local.ReadinessProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs one job with a scheduler, its embedded database and an agent, lists the classes that their
 * JVMs load, and writes archives of these classes.
 *
 * <p>These are static archives, created from a list of classes. We tried the other kinds: an AOT
 * cache of Java 25 stays in use after a jar of the manifest's class path has changed, so old
 * classes run; an archive with linked classes ({@code -XX:+AOTClassLinking}) prevents a start with
 * a small initial heap; a dynamic archive costs more time and memory at each start.
 */
final class ArchiveTraining implements AutoCloseable {
  private static final String APP = "training";
  private static final Duration MAX_STEP = Duration.ofMinutes(5);
  private static final Duration MAX_STOP = Duration.ofSeconds(45);

  /** Other variables could be settings of this user, such as the address of a real database. */
  private static final Set<String> KEPT_ENVIRONMENT =
      Set.of("PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH");

  private final PackagedProgram scheduler;
  private final PackagedProgram agent;
  private final Path work;
  private final List<ChildProcess> running = new ArrayList<>();
  private final List<Path> unfinished = new ArrayList<>();
  private boolean closed;

  private ArchiveTraining(PackagedProgram scheduler, PackagedProgram agent, Path work) {
    this.scheduler = scheduler;
    this.agent = agent;
    this.work = work;
  }

  static ArchiveTraining open(PackagedProgram scheduler, PackagedProgram agent) throws IOException {
    return new ArchiveTraining(scheduler, agent, Files.createTempDirectory("orrery-archive"));
  }

  /**
   * Starts both, waits for a run of a job, and stops them.
   *
   * @throws UserException if one of them does not start
   */
  void run() throws IOException {
    int api = freePort();
    int worker = freePort();
    ReadinessProbe schedulerProbe = new ReadinessProbe(freePort());
    ChildProcess schedulerProcess =
        start(
            "scheduler",
            scheduler,
            Map.of(),
            "-Dorrery.data-dir=" + work.resolve("data"),
            "-Dorrery.database.embedded=true",
            "-Dquarkus.http.host=127.0.0.1",
            "-Dquarkus.http.port=" + api,
            "-Dquarkus.management.host=127.0.0.1",
            "-Dquarkus.management.port=" + schedulerProbe.port(),
            "-Dorrery.protocols.http.host=127.0.0.1",
            "-Dorrery.protocols.http.port=" + worker);
    schedulerProbe.awaitReady(schedulerProcess, MAX_STEP, line -> {});
    SchedulerClient client =
        new SchedulerClient(
            URI.create("http://127.0.0.1:" + api),
            Files.readString(work.resolve("data/admin-token")).strip());
    ReadinessProbe agentProbe = new ReadinessProbe(freePort());
    ChildProcess agentProcess =
        start(
            "agent",
            agent,
            Map.of("ORRERY_WORKER_TOKEN", prepare(client)),
            "-Dorrery.worker.server=http://127.0.0.1:" + worker,
            "-Dorrery.worker.app=" + APP,
            "-Dorrery.worker.processors=noop,http,java,shell",
            "-Dorrery.worker.work-dir=" + work.resolve("attempts"),
            "-Dquarkus.management.host=127.0.0.1",
            "-Dquarkus.management.port=" + agentProbe.port());
    agentProbe.awaitReady(agentProcess, MAX_STEP, line -> {});
    awaitRun(client);
    agentProcess.stop(MAX_STOP);
    schedulerProcess.stop(MAX_STOP);
  }

  /** Creates an app and a job with a trigger; returns a token for the agent. */
  private static String prepare(SchedulerClient client) {
    ObjectNode job = client.json().createObjectNode();
    job.putObject("trigger").put("every", "PT1S");
    job.putObject("processor").put("type", "shell").put("script", "echo run");
    client.put("/apps/" + APP, client.json().createObjectNode());
    client.put("/apps/" + APP + "/jobs/every-second", job);
    return client
        .post("/apps/" + APP + "/tokens", client.json().createObjectNode().put("role", "worker"))
        .body()
        .path("token")
        .asText();
  }

  private static void awaitRun(SchedulerClient client) {
    long deadline = System.nanoTime() + MAX_STEP.toNanos();
    while (System.nanoTime() < deadline) {
      for (JsonNode run : client.get("/apps/" + APP + "/instances").body().path("items")) {
        if (run.path("state").asText().equals("SUCCEEDED")) {
          return;
        }
      }
      pause();
    }
    throw new UserException(
        "The agent of the training run did not complete a run within " + MAX_STEP);
  }

  /**
   * Writes the archives in parallel, without a time-out. Replaces an existing archive atomically.
   */
  void write(List<PackagedProgram> packages) throws IOException {
    List<Writing> all = packages.stream().map(this::beginToWrite).toList();
    for (Writing writing : all) {
      writing.process().awaitSuccess();
      Files.move(writing.written(), writing.target(), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** An archive that a JVM writes under a temporary name. */
  private record Writing(ChildProcess process, Path written, Path target) {}

  private synchronized Writing beginToWrite(PackagedProgram packaged) {
    requireOpen();
    Path target = packaged.archive().file();
    Path written =
        target.resolveSibling(target.getFileName() + "." + ProcessHandle.current().pid());
    List<String> options = new ArrayList<>(packaged.options());
    options.add("-Xshare:dump");
    options.add("-XX:SharedClassListFile=" + classList(packaged));
    options.add("-XX:SharedArchiveFile=" + written);
    unfinished.add(written);
    String name = "The JVM that writes " + target;
    String log = packaged.equals(scheduler) ? "write-scheduler" : "write-agent";
    return new Writing(java(name, packaged, options, Map.of(), log), written, target);
  }

  private synchronized ChildProcess start(
      String name, PackagedProgram packaged, Map<String, String> environment, String... settings) {
    requireOpen();
    List<String> options = new ArrayList<>(packaged.options());
    options.add("-XX:DumpLoadedClassList=" + classList(packaged));
    options.addAll(List.of(settings));
    return java("The " + name + " of the training run", packaged, options, environment, name);
  }

  private ChildProcess java(
      String name,
      PackagedProgram packaged,
      List<String> options,
      Map<String, String> environment,
      String log) {
    List<String> command = new ArrayList<>(options);
    command.add("-jar");
    command.add(packaged.archive().jar().toString());
    ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
    builder.environment().keySet().retainAll(KEPT_ENVIRONMENT);
    builder.environment().putAll(environment);
    ChildProcess started = ChildProcess.java(name, builder, work.resolve(log + ".log"));
    running.add(started);
    return started;
  }

  private void requireOpen() {
    if (closed) {
      throw new UserException("Interrupted.");
    }
  }

  private Path classList(PackagedProgram packaged) {
    return work.resolve(packaged.equals(scheduler) ? "scheduler.classes" : "agent.classes");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserException("Interrupted.");
    }
  }

  /** Stops running processes, and removes all files except finished archives. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    // The agent before the scheduler, which takes its database with it.
    for (int i = running.size() - 1; i >= 0; i--) {
      running.get(i).stop(MAX_STOP);
    }
    try {
      for (Path file : unfinished) {
        Files.deleteIfExists(file);
      }
      try (Stream<Path> files = Files.walk(work)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
