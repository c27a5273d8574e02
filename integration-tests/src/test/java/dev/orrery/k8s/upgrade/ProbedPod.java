package dev.orrery.k8s.upgrade;

import dev.orrery.k8s.Workload;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A process that is started, probed and stopped as the manifest of its pod says. */
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
   * @param ports that it listens on, by the names that they have in its pod
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

  /** Whether connections are sent to it. */
  boolean isReady() {
    return readySince != 0;
  }

  /** Waits until it has been ready for so long without a break. */
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

  /** SIGTERM; its probes go on. */
  void terminate() {
    process.terminate();
  }

  /** Returns the exit code; it is in time if a kubelet would not have had to kill it. */
  int awaitExit() {
    int code =
        process.awaitExit(Duration.ofSeconds(workload.pod().getTerminationGracePeriodSeconds()));
    probers.forEach(Prober::end);
    return code;
  }

  /** What a kubelet would have done that nobody wants. */
  List<String> killings() {
    return killings;
  }

  /** SIGKILL. */
  void close() {
    probers.forEach(Prober::end);
    process.kill();
  }

  @Override
  public String toString() {
    return name;
  }
}
