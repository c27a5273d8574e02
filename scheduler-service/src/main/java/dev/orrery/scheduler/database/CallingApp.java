package dev.orrery.scheduler.database;

import java.util.OptionalInt;

/** Names the app for which the present thread reads or edits. */
public interface CallingApp {
  /** Returns the app whose share the caller uses; empty for work of the service itself. */
  OptionalInt current();
}
