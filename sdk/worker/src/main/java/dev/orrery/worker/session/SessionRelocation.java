package dev.orrery.worker.session;

import dev.orrery.worker.core.FailureBackoff;
import java.net.URI;
import java.util.function.Consumer;

/**
 * Finds the replica at which a session continues, one query at a time. Delays the next move after
 * an unsuccessful one, because during a database outage all replicas respond and none works.
 * Belongs to the event loop.
 */
final class SessionRelocation {
  private final Connector connector;
  private final FailureBackoff moves = FailureBackoff.ofWorker();
  private boolean inFlight;
  private boolean waits;
  private long notBefore;

  SessionRelocation(Connector connector) {
    this.connector = connector;
  }

  /**
   * @param nanos on the clock of the event loop
   */
  boolean mayQuery(long nanos) {
    return !inFlight && !(waits && nanos - notBefore < 0);
  }

  void onMoved(long nanos) {
    waits = true;
    notBefore = nanos + moves.next().toNanos();
  }

  /** An operation at the current replica has succeeded. */
  void onSuccess() {
    waits = false;
    moves.reset();
  }

  /**
   * Asks this server for a replica. Ignores a failure, because the session's next failure starts
   * another query.
   *
   * @param onFound receives the address of a replica, which may be the current one
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
