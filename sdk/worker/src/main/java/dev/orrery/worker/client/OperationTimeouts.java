package dev.orrery.worker.client;

import java.time.Duration;

/** The response time-outs of the operations that a worker calls, the same for every protocol. */
public final class OperationTimeouts {
  public static final Duration DISCOVERY = Duration.ofSeconds(10);
  public static final Duration HANDSHAKE = Duration.ofSeconds(10);

  /** Added to the time for which the scheduler may park the poll. */
  public static final Duration POLL_MARGIN = Duration.ofSeconds(10);

  public static final Duration REPORT = Duration.ofSeconds(30);
  public static final Duration RENEW = Duration.ofSeconds(8);
  public static final Duration LOGS = Duration.ofSeconds(10);
  public static final Duration BYE = Duration.ofSeconds(5);

  /** The connect time-out of the protocol {@code http}; each time-out above includes it. */
  static final Duration CONNECT = Duration.ofSeconds(5);

  private OperationTimeouts() {}
}
