package dev.orrery.k8s.upgrade;

import dev.orrery.k8s.Workload;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A process that is started, probed and stopped by the manifest of its pod. */
final class ProbedPod {
  private static final Duration START = Duration.ofMinutes(2);

  private final String name;
  private final Workload workload;
  private final Map<String, Integer> ports;
  private final ProgramProcess process;
  private final List<Prober> probers = new CopyOnWriteArrayList<>();
  private final List<String> killings = new CopyOnWriteArrayList<>();
  private volatile long readySince;

  /**
   * @param ports its listening ports, by their names in its pod
   */
  ProbedPod(String name, Workload workload, Map<String, Integer> ports, ProgramProcess process) {
    this.name = name;
    this.workload = workload;
    this.ports = Map.copyOf(ports);
    this.process = process;
    var container = workload.container();
    int management = port("management");
    probers.add(new Prober(container.getStartupProbe(), management, up -> started(up, management)));
  }

  private void started(boolean up, int management) {
    probers.forEach(Prober::end);
    if (!up) {
      killings.add(name + " is killed by its startup probe");
      return;
    }
    var container = workload.container();
    probers.add(new Prober(container.getReadinessProbe(), management, this::ready));
    probers.add(
        new Prober(
            container.getLivenessProbe(),
            management,
            live -> {
              if (!live) {
                killings.add(name + " is killed by its liveness probe");
              }
            }));
  }

  private void ready(boolean up) {
    if (!up) {
      readySince = 0;
    } else if (readySince == 0) {
      readySince = System.nanoTime();
    }
  }

  int port(String portName) {
    return ports.get(portName);
  }

  /** Returns true if it receives connections. */
  boolean isReady() {
    return readySince != 0;
  }

  /** Waits until it has been ready for this time without a break. */
  void awaitReadyFor(Duration time) {
    Await.until(
        name + " is ready for " + time,
        START,
        () -> {
          process.requireAlive();
          long since = readySince;
          return since != 0 && System.nanoTime() - since >= time.toNanos();
        });
  }

  /** Sends SIGTERM; its probes continue. */
  void terminate() {
    process.terminate();
  }

  /** Returns the exit code; fails if a kubelet would have killed it. */
  int awaitExit() {
    int code =
        process.awaitExit(Duration.ofSeconds(workload.pod().getTerminationGracePeriodSeconds()));
    probers.forEach(Prober::end);
    return code;
  }

  /** Returns unwanted actions of a kubelet. */
  List<String> killings() {
    return killings;
  }

  /** Sends SIGKILL. */
  void close() {
    probers.forEach(Prober::end);
    process.kill();
  }

  @Override
  public String toString() {
    return name;
  }
}
