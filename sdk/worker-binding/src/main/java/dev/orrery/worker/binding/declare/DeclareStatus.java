package dev.orrery.worker.binding.declare;

/**
 * How far the declaration of the jobs is.
 *
 * @param detail what went wrong last, or which version is in force; empty if there is nothing to
 *     say
 */
public record DeclareStatus(Phase phase, String detail) {
  public enum Phase {
    /** Not applied yet; it is tried again. */
    PENDING,
    APPLIED,
    /** A newer version of the application has declared its jobs, which stay. */
    LEFT,
    /** The scheduler refused the jobs, or the token; it is tried again each minute. */
    REFUSED,
    /** The plan is in the log, and nothing is changed. */
    DRY_RUN,
    /** The application declares no job. */
    EMPTY
  }

  public boolean isRefused() {
    return phase == Phase.REFUSED;
  }
}
