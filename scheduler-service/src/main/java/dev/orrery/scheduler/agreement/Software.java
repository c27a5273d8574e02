package dev.orrery.scheduler.agreement;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Which Orrery this is; shown to peers and people, and never compared. */
@Singleton
public class Software {
  private final String version;

  Software(@ConfigProperty(name = "quarkus.application.version") String version) {
    this.version = version;
  }

  public String version() {
    return version;
  }
}
