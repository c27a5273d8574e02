package dev.orrery.worker.session;

import java.net.URI;
import java.time.Duration;

/**
 * A session with a scheduler.
 *
 * @param id a secret
 * @param address where its verbs are sent to
 */
public record Session(String id, URI address, Duration pollWait, Duration renewEvery, Lease lease) {
  @Override
  public String toString() {
    return "Session[" + address + "]";
  }
}
