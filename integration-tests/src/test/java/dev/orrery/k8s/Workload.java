package dev.orrery.k8s;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Map;

/**
 * A Deployment, StatefulSet or Job, seen as the pods that it makes.
 *
 * @param replicas as many as it has at first; one, where an autoscaler decides
 * @param labels of its pods
 */
public record Workload(
    String name, int replicas, Map<String, String> labels, PodSpec pod, LabelSelector selector) {
  private static final String COMPONENT = "app.kubernetes.io/component";
  private static final String PROTOCOL = "orrery.dev/protocol";

  static Workload of(Deployment deployment) {
    return of(
        deployment.getMetadata().getName(),
        deployment.getSpec().getReplicas(),
        deployment.getSpec().getTemplate(),
        deployment.getSpec().getSelector());
  }

  static Workload of(StatefulSet set) {
    return of(
        set.getMetadata().getName(),
        set.getSpec().getReplicas(),
        set.getSpec().getTemplate(),
        set.getSpec().getSelector());
  }

  /** A controller selects a Job's pods by a label that it makes itself; these are its own, too. */
  static Workload of(Job job) {
    LabelSelector selector = new LabelSelector();
    selector.setMatchLabels(job.getSpec().getTemplate().getMetadata().getLabels());
    return of(job.getMetadata().getName(), 1, job.getSpec().getTemplate(), selector);
  }

  private static Workload of(
      String name, Integer replicas, PodTemplateSpec template, LabelSelector selector) {
    return new Workload(
        name,
        replicas == null ? 1 : replicas,
        template.getMetadata().getLabels(),
        template.getSpec(),
        selector);
  }

  public boolean isScheduler() {
    return "scheduler".equals(labels.get(COMPONENT));
  }

  public boolean isAgent() {
    return "agent".equals(labels.get(COMPONENT));
  }

  public boolean isDatabase() {
    return "database".equals(labels.get(COMPONENT));
  }

  /** Of the quickstart: makes its Secrets, and ends. */
  public boolean isSetup() {
    return "setup".equals(labels.get(COMPONENT));
  }

  /** Of an agent: what it speaks. */
  public String protocol() {
    return labels.getOrDefault(PROTOCOL, "");
  }

  /** Pods here have one. */
  public Container container() {
    if (pod.getContainers().size() != 1) {
      throw new AssertionError(name + " has not one container");
    }
    return pod.getContainers().get(0);
  }
}
