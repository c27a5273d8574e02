package dev.orrery.client;

/** The state of an instance. */
public enum InstanceState {
  WAITING,
  RUNNING,
  SUCCEEDED,
  FAILED,
  TIMED_OUT,
  CANCELED,
  SKIPPED,
  /** A state of a newer release. */
  UNKNOWN;

  static InstanceState of(Fields json) {
    return Fields.constant(InstanceState.class, json.text("state"), UNKNOWN);
  }
}
