package dev.orrery.client;

/** What created an instance. Used to filter lists of instances. */
public enum InstanceOrigin {
  SCHEDULED,
  MANUAL,
  BACKFILL,
  RETRY,
  FLOW
}
