package dev.orrery.worker;

import dev.orrery.protocol.message.ProblemDetail;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * The state of a worker's agreement with its scheduler.
 *
 * @param server the address that it uses, or tries
 * @param version the agreed protocol version; empty unless {@link Phase#AGREED}
 * @param schedulerSoftwareVersion of the last agreement; empty before the first
 * @param clockSkew the scheduler's clock less ours at the last agreement; empty before the first
 * @param problem why there is no agreement, or what the scheduler last failed to do in the session;
 *     empty once it works
 */
public record WorkerStatus(
    Phase phase,
    URI server,
    Optional<Integer> version,
    Optional<String> schedulerSoftwareVersion,
    Optional<Duration> clockSkew,
    Optional<ProblemDetail> problem) {

  /** The phase of the connection to the scheduler. */
  public enum Phase {
    CONNECTING,
    /** It has a session, and works. */
    AGREED,
    /** The scheduler has said no; the problem names the setting to change. It tries on. */
    REFUSED,
    /** Nothing answers; it tries on. */
    UNREACHABLE,
    /** It takes no more work. */
    DRAINING,
    STOPPED
  }
}
