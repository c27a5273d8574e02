package dev.orrery.worker.quarkus.deployment;

import io.quarkus.builder.item.SimpleBuildItem;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Passes the beans that have jobs to later build steps: the bean identifiers and the names of their
 * classes.
 */
final class JobBeansBuildItem extends SimpleBuildItem {
  private final Map<String, String> classes;

  JobBeansBuildItem(Map<String, String> classes) {
    this.classes = new LinkedHashMap<>(classes);
  }

  Map<String, String> classes() {
    return classes;
  }
}
