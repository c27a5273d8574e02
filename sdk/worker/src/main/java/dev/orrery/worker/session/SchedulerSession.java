package dev.orrery.worker.session;

import java.net.URI;
import java.time.Duration;

/**
 * A session with a scheduler. Sessions are equal if they have the same id, even at different
 * addresses.
 *
 * @param id a secret
 * @param address the address for its operations
 */
public record SchedulerSession(
    String id, URI address, Duration pollWait, Duration renewInterval, Lease lease) {

  /** Returns the same session at another replica; every replica serves it. */
  SchedulerSession movedTo(URI other) {
    return new SchedulerSession(id, other, pollWait, renewInterval, lease);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SchedulerSession session && id.equals(session.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "Session[" + address + "]";
  }
}
