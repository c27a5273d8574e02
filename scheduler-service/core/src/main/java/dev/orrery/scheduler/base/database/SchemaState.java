package dev.orrery.scheduler.base.database;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Records whether this build knows the schema of the database. The schema is checked only at the
 * start, because this release still works after a newer replica has migrated it.
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
   * Returns false before the check, and if a newer release has changed the schema. Nothing may be
   * read or written then.
   */
  public boolean isKnown() {
    return known;
  }

  /** Returns the newest step of this build, such as {@code 1}. */
  public String ownStep() {
    return ownStep;
  }

  /** Returns the newest step of the database if this build does not know it; otherwise empty. */
  public Optional<String> newerStep() {
    return Optional.ofNullable(newerStep);
  }
}
