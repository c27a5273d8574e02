package dev.orrery.worker;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * The status of a worker's connection to its scheduler.
 *
 * @param server the address in use, or the one being tried
 * @param version the agreed API version; empty without a session
 * @param schedulerSoftwareVersion of the agreement; empty without a session
 * @param clockSkew the scheduler's clock minus ours at the handshake, without the part that the
 *     handshake's duration may explain; empty without a session
 * @param problem the reason why there is no session, or the last failure in the session; empty
 *     after a success
 */
public record WorkerStatus(
    Phase phase,
    URI server,
    Optional<Integer> version,
    Optional<String> schedulerSoftwareVersion,
    Optional<Duration> clockSkew,
    Optional<Problem> problem) {

  /**
   * The reason of a refusal or a failure.
   *
   * @param code of the API, such as {@code FORBIDDEN}; {@code UNREACHABLE} if no scheduler responds
   * @param detail the mistake and the fix
   * @param scheduler in a refused agreement: the side of the scheduler
   * @param worker in a refused agreement: the side of the worker
   * @param settingToChange its side, the setting, and perhaps the value
   */
  public record Problem(
      String code,
      String detail,
      Optional<String> scheduler,
      Optional<String> worker,
      Optional<String> settingToChange) {}

  public enum Phase {
    CONNECTING,
    /** There is a session, and the scheduler responds to its operations. */
    AGREED,
    /** The scheduler refused; the problem names the setting to change. The worker retries. */
    REFUSED,
    /** No scheduler responds; the worker retries. */
    UNREACHABLE,
    /** The worker takes no more work. */
    DRAINING,
    STOPPED
  }
}
