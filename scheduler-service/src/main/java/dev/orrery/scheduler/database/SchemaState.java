package dev.orrery.scheduler.database;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Holds whether this build knows the schema of the database. The schema is checked once, at the
 * start: this release still works after a newer replica has added a step.
 */
@ApplicationScoped
public class SchemaState {
  private volatile String ownStep = "";
  private volatile String newerStep;
  private volatile boolean known;

  public void found(String own, Optional<String> newer) {
    ownStep = own;
    newerStep = newer.orElse(null);
    known = newer.isEmpty();
  }

  /**
   * False if a newer release has changed the schema, and before the check. Nothing may be read or
   * written then.
   */
  public boolean isKnown() {
    return known;
  }

  /** The newest step of this build, such as {@code 1}. */
  public String ownStep() {
    return ownStep;
  }

  /** The newest step of the database if this build does not know it; otherwise empty. */
  public Optional<String> newerStep() {
    return Optional.ofNullable(newerStep);
  }
}
