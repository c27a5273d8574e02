package dev.orrery.scheduler.connection;

import java.time.Duration;

/**
 * Times after which a connection is closed.
 *
 * @param header to the end of a header, from the connection or from the first byte of a later one
 * @param stall without progress while the peer does not read a response
 * @param refused without a further request after a 401, and with a body that goes on after its
 *     response
 */
record GuardTimes(Duration header, Duration stall, Duration refused) {
  static final GuardTimes STANDARD =
      new GuardTimes(OpenConnections.MAX_SILENCE, Duration.ofSeconds(30), Duration.ofSeconds(10));
}
