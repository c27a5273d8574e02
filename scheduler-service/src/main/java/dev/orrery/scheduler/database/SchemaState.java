package dev.orrery.scheduler.database;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Tells whether this build knows the schema of the database. It is checked once, at the start: this
 * release still works with a step that a newer replica adds later.
 */
@ApplicationScoped
public class SchemaState {
  private volatile String ownStep = "";
  private volatile String newerStep;
  private volatile boolean known;

  void found(String own, Optional<String> newer) {
    ownStep = own;
    newerStep = newer.orElse(null);
    known = newer.isEmpty();
  }

  /**
   * False if a newer release has changed the schema, and until that was checked. Nothing may be
   * read or written then.
   */
  public boolean isKnown() {
    return known;
  }

  /** The newest step that this build brings, such as {@code 1}. */
  public String ownStep() {
    return ownStep;
  }

  /** The newest step of the database, where this build does not know it. */
  public Optional<String> newerStep() {
    return Optional.ofNullable(newerStep);
  }
}
