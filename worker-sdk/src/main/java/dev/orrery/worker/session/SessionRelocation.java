package dev.orrery.worker.session;

import dev.orrery.worker.core.FailureBackoff;
import java.net.URI;
import java.util.function.Consumer;

/**
 * Finds the replica at which a session continues, one query at a time. After a move that did not
 * help, the next one is delayed, because during an outage of the database all replicas answer and
 * none works. Belongs to the event loop.
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

  /** The session has moved. */
  void onMoved(long nanos) {
    waits = true;
    notBefore = nanos + moves.next().toNanos();
  }

  /** An operation at the present replica has succeeded. */
  void onSuccess() {
    waits = false;
    moves.reset();
  }

  /**
   * Asks this server for a replica. A failure has no effect, because the session's next failure
   * starts another query.
   *
   * @param onFound receives the address of a replica, which may be the present one
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
