package dev.orrery.it;

import java.time.Duration;

/**
 * The lease of the fault tests. Short, so that they take seconds; with {@code -Dorrery.it.lease=30}
 * they use the default lease.
 */
public final class Leases {
  public static final Duration LEASE = Duration.ofSeconds(Integer.getInteger("orrery.it.lease", 6));

  private Leases() {}

  public static String[] options() {
    return new String[] {
      "-Dorrery.session.lease=" + LEASE.toSeconds() + "s",
      "-Dorrery.session.renew-interval=" + LEASE.toMillis() / 3 + "ms",
    };
  }

  /** Returns the maximum time until a session expires and its attempts are started again. */
  public static Duration untilTakenOver() {
    return LEASE.multipliedBy(2).plusSeconds(20);
  }
}
