package dev.orrery.worker.session;

import java.net.URI;
import java.time.Duration;

/**
 * A session with a scheduler. Equal to another one if it is the same session, wherever its verbs
 * are sent to.
 *
 * @param id a secret
 * @param address where its verbs are sent to
 */
public record SchedulerSession(
    String id, URI address, Duration pollWait, Duration renewInterval, Lease lease) {

  /** The same session at another replica: any of them serves it. */
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
