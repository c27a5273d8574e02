package dev.orrery.scheduler.database;

import java.util.OptionalInt;

/** Names the app for which the present thread reads or edits. */
public interface CallingApp {
  /** The id of an app of which all callers count as no app, such as the admin. */
  int ALL_APPS = 0;

  /** Returns the id; empty for work of the service itself. */
  OptionalInt current();
}
