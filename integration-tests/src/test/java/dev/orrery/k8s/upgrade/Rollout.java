package dev.orrery.k8s.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.k8s.Workload;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.RollingUpdateDeployment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** The pods of a Deployment, replaced as Kubernetes does it: one more, and then one less. */
final class Rollout implements AutoCloseable {
  private final Workload workload;
  private final Duration minReady;
  private final IntFunction<ProbedPod> launch;
  private final List<ProbedPod> pods = new CopyOnWriteArrayList<>();
  private final List<ProbedPod> all = new ArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicInteger unserved = new AtomicInteger();

  /**
   * @param launch creates a pod, given its number, without waiting for it
   */
  Rollout(Deployment deployment, Workload workload, IntFunction<ProbedPod> launch) {
    RollingUpdateDeployment update = deployment.getSpec().getStrategy().getRollingUpdate();
    assertThat(update.getMaxSurge().getIntVal()).isEqualTo(1);
    assertThat(update.getMaxUnavailable().getIntVal()).isZero();
    Integer seconds = deployment.getSpec().getMinReadySeconds();
    this.minReady = Duration.ofSeconds(seconds == null ? 0 : seconds);
    this.workload = workload;
    this.launch = launch;
  }

  /** Starts as many pods as the Deployment has replicas. */
  void start() {
    for (int i = 0; i < workload.replicas(); i++) {
      add();
    }
    pods.forEach(pod -> pod.awaitReadyFor(minReady));
  }

  private ProbedPod add() {
    ProbedPod pod = launch.apply(all.size() + 1);
    all.add(pod);
    pods.add(pod);
    return pod;
  }

  /**
   * Replaces all pods. Leaving pods receive connections until their probes report not ready; in a
   * cluster they receive fewer, because a deleted pod leaves the Service at once.
   */
  void roll() {
    List<ProbedPod> leaving = List.copyOf(pods);
    for (ProbedPod old : leaving) {
      add().awaitReadyFor(minReady);
      old.terminate();
    }
    for (ProbedPod old : leaving) {
      assertThat(old.awaitExit()).as("exit code of " + old).isIn(0, 143);
      pods.remove(old);
    }
  }

  /** Returns where a Service sends the next connection. */
  int next(String port) {
    int first = turn.getAndIncrement();
    List<ProbedPod> now = List.copyOf(pods);
    for (int i = 0; i < now.size(); i++) {
      ProbedPod pod = now.get((first + i) % now.size());
      if (pod.isReady()) {
        return pod.port(port);
      }
    }
    unserved.incrementAndGet();
    throw new IllegalStateException("No pod is ready");
  }

  /** Returns the number of connections without a ready pod. */
  int unserved() {
    return unserved.get();
  }

  List<String> killings() {
    return all.stream().flatMap(pod -> pod.killings().stream()).toList();
  }

  @Override
  public void close() {
    all.forEach(ProbedPod::close);
  }
}
