package dev.orrery.scheduler.instance;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The cause of an instance. */
@Schema(description = "The cause of an instance.")
public enum InstanceOrigin {
  /** A fire of the trigger, also one that was skipped. */
  SCHEDULED,
  /** A call of the API. */
  MANUAL,
  /** A backfill. */
  BACKFILL,
  /** A retry by hand of an ended instance. */
  RETRY
}
