package dev.orrery.scheduler.http.connection;

import java.time.Duration;

/**
 * Times after which a connection is closed.
 *
 * @param header the time to the end of a header, from the connection or from the first byte of a
 *     later header
 * @param stall the time without progress while the peer does not read a response
 * @param refused the time without a further request after a 401, or with a body that continues
 *     after its response
 */
record GuardTimes(Duration header, Duration stall, Duration refused) {
  static final GuardTimes STANDARD =
      new GuardTimes(OpenConnections.MAX_SILENCE, Duration.ofSeconds(30), Duration.ofSeconds(10));
}
