package dev.orrery.client;

/** The cause of an instance, such as a trigger or a call. Lists can be filtered by it. */
public enum InstanceOrigin {
  SCHEDULED,
  MANUAL,
  BACKFILL,
  RETRY,
  FLOW
}
