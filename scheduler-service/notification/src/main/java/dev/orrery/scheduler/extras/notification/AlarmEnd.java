package dev.orrery.scheduler.extras.notification;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** Why an alarm has ended without a success. */
@RegisterForReflection
enum AlarmEnd {
  DISABLED,
  DELETED,
  /** The field of the job that asked for it was removed. */
  ALERT_REMOVED,
  /** No instance of the job waits too long any more. */
  NONE_WAITS
}
