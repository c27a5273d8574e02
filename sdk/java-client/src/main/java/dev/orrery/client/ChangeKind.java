package dev.orrery.client;

/** The kind of change that applying a file makes to a job. */
public enum ChangeKind {
  CREATE,
  UPDATE,
  NONE,
  DELETE,
  /** A change of a newer release. */
  UNKNOWN
}
