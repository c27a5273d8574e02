package dev.orrery.client;

/** The cause of an instance, for filters. */
public enum InstanceOrigin {
  SCHEDULED,
  MANUAL,
  BACKFILL,
  RETRY,
  FLOW
}
