package dev.orrery.worker.quarkus.deployment;

import io.quarkus.builder.item.SimpleBuildItem;
import java.util.LinkedHashMap;
import java.util.Map;

/** The names of classes by the identifiers of the beans that have jobs. */
final class JobBeansBuildItem extends SimpleBuildItem {
  private final Map<String, String> classes;

  JobBeansBuildItem(Map<String, String> classes) {
    this.classes = new LinkedHashMap<>(classes);
  }

  Map<String, String> classes() {
    return classes;
  }
}
