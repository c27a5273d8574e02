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
 * A Deployment, StatefulSet or Job, and its pods.
 *
 * @param replicas the initial number; one with an autoscaler
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

  /** Adds the label that a controller creates and uses to select a Job's pods. */
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

  /** Returns true for the quickstart's setup Job. */
  public boolean isSetup() {
    return "setup".equals(labels.get(COMPONENT));
  }

  public String protocol() {
    return labels.getOrDefault(PROTOCOL, "");
  }

  /** Returns the only container of the pod. */
  public Container container() {
    if (pod.getContainers().size() != 1) {
      throw new AssertionError(name + " has not one container");
    }
    return pod.getContainers().get(0);
  }
}
