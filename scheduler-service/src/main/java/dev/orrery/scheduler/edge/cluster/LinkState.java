package dev.orrery.scheduler.edge.cluster;

import java.time.Instant;

/**
 * The state of the link to another replica's cluster port.
 *
 * @param at the time of the last response to a hello, on this replica's clock; null if there was
 *     none
 */
record LinkState(State state, Instant at) {
  static final LinkState NOT_YET = new LinkState(State.NOT_YET, null);

  enum State {
    NOT_YET,
    REACHED,
    /** No replica answers. */
    UNREACHABLE,
    /** The other side has another secret, or none. */
    SECRET_DIFFERS,
    /** Another replica answers at its address. */
    ADDRESS_TAKEN
  }

  boolean isReached() {
    return state == State.REACHED;
  }

  LinkState failed(State how) {
    return new LinkState(how, at);
  }
}
