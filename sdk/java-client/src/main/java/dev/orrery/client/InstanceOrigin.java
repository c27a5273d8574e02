package dev.orrery.client;

/** What created an instance; lists can be filtered by it. */
public enum InstanceOrigin {
  SCHEDULED,
  MANUAL,
  BACKFILL,
  RETRY,
  FLOW
}
