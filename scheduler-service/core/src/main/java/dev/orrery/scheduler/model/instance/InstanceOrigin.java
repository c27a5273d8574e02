package dev.orrery.scheduler.model.instance;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The cause of an instance: a trigger, a call, a backfill, a manual retry, or a flow. */
@Schema(description = "The cause of an instance.")
public enum InstanceOrigin {
  /** A fire of the trigger, including a skipped one. */
  SCHEDULED,
  /** A call of the API. */
  MANUAL,
  /** A backfill. */
  BACKFILL,
  /** A manual retry of an ended instance. */
  RETRY,
  /** A flow, of which it is a node. */
  FLOW
}
