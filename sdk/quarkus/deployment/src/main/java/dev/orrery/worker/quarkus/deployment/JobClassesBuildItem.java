package dev.orrery.worker.quarkus.deployment;

import io.quarkus.builder.item.SimpleBuildItem;

/** The classes that have annotated methods. */
final class JobClassesBuildItem extends SimpleBuildItem {
  private final JobClasses classes;

  JobClassesBuildItem(JobClasses classes) {
    this.classes = classes;
  }

  JobClasses classes() {
    return classes;
  }
}
