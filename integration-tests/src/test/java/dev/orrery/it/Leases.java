package dev.orrery.it;

import java.time.Duration;

/**
 * The lease that the fault tests run with. Short, so that they take seconds; with {@code
 * -Dorrery.it.lease=30} they run with the lease of a real installation.
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

  /** Long enough for a session to expire and for what it held to be started again. */
  public static Duration untilTakenOver() {
    return LEASE.multipliedBy(2).plusSeconds(20);
  }
}
