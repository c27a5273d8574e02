package dev.orrery.scheduler.fire;

import java.util.Locale;

/** The steps of the due-work loop, in the order in which they run. */
enum DueWorkStep {
  CHECK_TIMELINE,
  WAKE_LANES,
  FIRE,
  PROMOTE,
  END_OVERDUE,
  END_EXPIRED,
  RECHECK_JOBS,
  CHECK_BLOCKED;

  /** Returns the name in metrics and in the log. */
  String publicName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
