package dev.orrery.worker.session;

import java.net.URI;
import java.util.function.Consumer;

/**
 * Finds the replica at which a session continues, one query at a time. Belongs to the event loop.
 */
final class SessionRelocation {
  private final Connector connector;
  private boolean inFlight;

  SessionRelocation(Connector connector) {
    this.connector = connector;
  }

  boolean isInFlight() {
    return inFlight;
  }

  /**
   * Asks this server; a failure has no effect, because the session's next failure asks again.
   *
   * @param onFound is given the address of a replica, which may be the present one
   */
  void query(URI server, Consumer<URI> onFound) {
    inFlight = true;
    connector.discover(
        server,
        address -> {
          inFlight = false;
          onFound.accept(address);
        },
        problem -> inFlight = false);
  }
}
