package dev.orrery.client;

/** What happens to a job. */
public enum ChangeKind {
  CREATE,
  UPDATE,
  NONE,
  DELETE,
  /** A change of a newer release. */
  UNKNOWN
}
