package dev.orrery.scheduler.base.database;

import java.util.OptionalInt;

/** Returns the app for which the current thread reads or edits. */
public interface CallingApp {
  /**
   * Returns the app whose share of connections the caller uses; empty for work of the service
   * itself.
   */
  OptionalInt current();
}
