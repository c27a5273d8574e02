package dev.orrery.worker.quarkus.deployment;

import io.quarkus.builder.item.SimpleBuildItem;

/** Passes the classes that have methods with job annotations to later build steps. */
final class JobClassesBuildItem extends SimpleBuildItem {
  private final JobClasses classes;

  JobClassesBuildItem(JobClasses classes) {
    this.classes = classes;
  }

  JobClasses classes() {
    return classes;
  }
}
