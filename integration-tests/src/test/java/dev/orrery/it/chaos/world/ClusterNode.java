package dev.orrery.it.chaos.world;

import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** A process that is stopped and restarted under the same name. */
public final class ClusterNode {
  /** Logged by Quarkus when the start is complete. */
  private static final String HAS_STARTED = ") started in ";

  /** Includes a margin for a shared machine. */
  private static final Duration UP = Duration.ofMinutes(3);

  private final String name;
  private final int management;
  private final IntFunction<ProgramProcess> launch;
  private final List<ProgramProcess> starts = new ArrayList<>();
  private final List<String> deaths = new ArrayList<>();
  private boolean wanted;

  /**
   * @param management the port of its probes
   * @param launch starts it, given the number of earlier starts
   */
  ClusterNode(String name, int management, IntFunction<ProgramProcess> launch) {
    this.name = name;
    this.management = management;
    this.launch = launch;
  }

  public String name() {
    return name;
  }

  /** Waits until it serves calls. */
  public void awaitReady() {
    Await.until(name + " is ready", UP, () -> isReady(Duration.ofSeconds(2)));
  }

  /**
   * Queries its readiness.
   *
   * @param patience the response time-out
   * @throws IOException without a response
   */
  public boolean isReady(Duration patience) throws IOException {
    URI probe = URI.create("http://127.0.0.1:" + management + "/q/health/ready");
    HttpURLConnection call = (HttpURLConnection) probe.toURL().openConnection();
    call.setReadTimeout((int) patience.toMillis());
    return call.getResponseCode() == 200;
  }

  /** Starts without waiting for readiness. */
  public synchronized void start() {
    starts.add(launch.apply(starts.size()));
    wanted = true;
  }

  /** Sends SIGKILL. */
  public synchronized void kill() {
    wanted = false;
    current().kill();
  }

  /** Sends SIGTERM, and SIGKILL if it does not end. */
  public synchronized void terminate() {
    wanted = false;
    current().resumeAndClose();
  }

  /** Sends SIGSTOP. */
  public synchronized void pause() {
    current().pause();
  }

  /** Sends SIGCONT. */
  public synchronized void resume() {
    current().resume();
  }

  /** Restarts it if it has ended by itself, as a supervisor would. */
  synchronized void keep() {
    if (wanted && !current().isAlive()) {
      // One that finds no database when it starts says so and ends.
      if (current().output().contains(HAS_STARTED)) {
        deaths.add(name + " ended by itself:\n" + tail(current().output()));
      }
      start();
    }
  }

  private static String tail(String output) {
    return output.substring(Math.max(0, output.length() - 2000));
  }

  private ProgramProcess current() {
    return starts.get(starts.size() - 1);
  }

  /** Describes each unexpected end. */
  public synchronized List<String> deaths() {
    return List.copyOf(deaths);
  }

  public synchronized List<String> outputs() {
    return starts.stream().map(ProgramProcess::output).toList();
  }

  synchronized void close() {
    wanted = false;
    if (!starts.isEmpty()) {
      current().kill();
    }
  }
}
