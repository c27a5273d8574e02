package dev.orrery.client;

import java.util.Optional;

/** The reason why an instance ended, if its state alone does not show it. */
public enum EndReason {
  CANCELED,
  JOB_DISABLED,
  JOB_DELETED,
  WORKER_LOST,
  OVERLAP,
  QUEUE_FULL,
  REPLACED,
  BACKFILL_CANCELED,
  MISSED,
  NON_RETRYABLE,
  PARTS_FAILED,
  NODES_FAILED,
  FLOW_TIMED_OUT,
  /** The flow of which it is a node had ended, and its own time to go on passed. */
  NODE_TIMED_OUT,
  /** A reason of a newer release. */
  UNKNOWN;

  static Optional<EndReason> of(Fields json) {
    return json.optionalText("endReason")
        .map(text -> Fields.constant(EndReason.class, text, UNKNOWN));
  }
}
