package dev.orrery.scheduler.base.lifecycle;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The version of this build. It is shown to workers, replicas and users, and compared only for
 * equality.
 */
@Singleton
public class BuildInfo {
  private final String version;

  public BuildInfo(@ConfigProperty(name = "quarkus.application.version") String version) {
    this.version = version;
  }

  public String version() {
    return version;
  }
}
