package dev.orrery.worker.test.scheduler;

import dev.orrery.client.ClientSettings;
import dev.orrery.client.OrreryClient;
import dev.orrery.client.OrreryException;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.json.JsonException;
import dev.orrery.protocol.json.JsonObject;
import dev.orrery.protocol.json.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A packaged scheduler with an embedded database, on free ports of this machine. Its data is in a
 * temporary directory, which is deleted with it.
 */
public final class LocalScheduler implements AutoCloseable {
  /** Another program may take a port between the search and the start. */
  private static final int STARTS = 3;

  private static LocalScheduler shared;

  private final SchedulerDirectory directory;
  private final SchedulerProcess process;
  private final String adminToken;
  private final OrreryClient client;

  private LocalScheduler(
      SchedulerDirectory directory, SchedulerProcess process, String adminToken) {
    this.directory = directory;
    this.process = process;
    this.adminToken = adminToken;
    // The paths of its calls name the app.
    client = ClientSettings.of("any", adminToken).server(url()).retryTimeout(Duration.ZERO).open();
  }

  /**
   * Starts a scheduler, and waits until it is ready. It is in the directory or the archive that the
   * system property {@code orrery.test.home} or the variable {@code ORRERY_HOME} names.
   */
  public static LocalScheduler start() {
    return start(SchedulerHome.ofEnvironment(), Map.of());
  }

  /**
   * Returns the scheduler that all tests of this JVM share. The first call starts it, as {@link
   * #start()} does; it ends with the JVM, or when it is closed.
   */
  public static synchronized LocalScheduler shared() {
    if (shared == null) {
      shared = start();
    }
    return shared;
  }

  private static synchronized void forget(LocalScheduler closed) {
    if (shared == closed) {
      shared = null;
    }
  }

  /**
   * Returns what the property or the variable of {@link #start()} names; empty if neither is set.
   */
  public static Optional<Path> home() {
    return SchedulerHome.find();
  }

  /**
   * Starts a scheduler, and waits until it is ready.
   *
   * @param home an unpacked archive of Orrery, its {@code .tar.gz}, or a checkout with a build
   * @param settings of the scheduler, such as {@code orrery.session.lease}: {@code 6s}
   * @throws IllegalStateException if it is not there, or does not become ready
   */
  public static LocalScheduler start(Path home, Map<String, String> settings) {
    return start(home, settings, Path.of(System.getProperty("java.io.tmpdir")));
  }

  /**
   * Starts a scheduler, and waits until it is ready.
   *
   * @param parent where the directory with its data is created; it is itself created if missing
   */
  public static LocalScheduler start(Path home, Map<String, String> settings, Path parent) {
    SchedulerDirectory directory = new SchedulerDirectory(parent);
    try {
      Path program = SchedulerHome.program(home, directory.path());
      SchedulerProcess process = ready(program, directory, settings);
      String token = Files.readString(adminTokenFile(directory)).strip();
      return new LocalScheduler(directory, process, token);
    } catch (IOException e) {
      directory.close();
      throw new UncheckedIOException(e);
    } catch (IllegalStateException e) {
      directory.close();
      throw e;
    }
  }

  private static SchedulerProcess ready(
      Path program, SchedulerDirectory directory, Map<String, String> settings) {
    for (int start = 1; ; start++) {
      SchedulerProcess process =
          directory.uses(SchedulerProcess.launch(program, directory.path(), settings));
      try {
        process.awaitReady();
        return process;
      } catch (IllegalStateException e) {
        if (start == STARTS || !e.getMessage().contains("in use by another process")) {
          throw e;
        }
      }
    }
  }

  /** The address of the API, for clients. */
  public String url() {
    return "http://localhost:" + process.apiPort();
  }

  /** The address of the protocol http, for workers. */
  public String workerUrl() {
    return "http://localhost:" + process.workerPort();
  }

  /** The address of the web console. */
  public String consoleUrl() {
    return url() + "/console/";
  }

  /** The token that may do everything. */
  public String adminToken() {
    return adminToken;
  }

  /** The file that contains that token. */
  public Path adminTokenFile() {
    return adminTokenFile(directory);
  }

  private static Path adminTokenFile(SchedulerDirectory directory) {
    return directory.path().resolve("data/admin-token");
  }

  /** The log of the scheduler. */
  public Path log() {
    return process.log();
  }

  /**
   * Creates a token, and its app if it does not exist.
   *
   * @param role such as {@code worker} or {@code operator}
   */
  public String newToken(String app, String role) {
    call("PUT", WorkerOperation.Paths.API + "/apps/" + app, new byte[] {'{', '}'});
    byte[] request = JsonWriter.write(role, (json, value) -> json.text("role", value));
    String response = call("POST", WorkerOperation.Paths.API + "/apps/" + app + "/tokens", request);
    try {
      return JsonObject.parse(response).text("token");
    } catch (JsonException e) {
      throw new IllegalStateException("The scheduler returned no token: " + response, e);
    }
  }

  /**
   * Calls the API with the admin token.
   *
   * @param path with its prefix, such as {@code /api/v1/apps/demo/jobs/hello}
   * @param body JSON; null for none
   * @return the body of the response
   * @throws IllegalStateException with the code and the detail of the response, if that is not a
   *     success
   */
  public String call(String method, String path, byte @Nullable [] body) {
    if (!path.startsWith(WorkerOperation.Paths.API)) {
      throw new IllegalArgumentException(
          "The path must begin with " + WorkerOperation.Paths.API + "; got " + path);
    }
    try {
      return client.call(
          method,
          path.substring(WorkerOperation.Paths.API.length()),
          Optional.ofNullable(body).map(json -> new String(json, StandardCharsets.UTF_8)));
    } catch (OrreryException e) {
      String how = e.status() == 0 ? " failed: " : " returned " + e.status() + ": ";
      throw new IllegalStateException(method + " " + path + how + e.getMessage(), e);
    }
  }

  /** Stops the scheduler and its database, and deletes its data. */
  @Override
  public void close() {
    forget(this);
    client.close();
    directory.close();
  }
}
