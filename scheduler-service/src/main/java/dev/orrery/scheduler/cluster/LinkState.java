package dev.orrery.scheduler.cluster;

import java.time.Instant;

/**
 * How the cluster port of another replica answers.
 *
 * @param at when it answered last, by this replica's clock; null if it never did
 */
record LinkState(State state, Instant at) {
  static final LinkState NOT_YET = new LinkState(State.NOT_YET, null);

  /** How the last call went. */
  enum State {
    NOT_YET,
    REACHED,
    /** Nothing answers. */
    UNREACHABLE,
    /** It holds another secret, or whoever answers holds none. */
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
