package dev.orrery.worker.binding.declare;

/**
 * The status of the declaration of an application's jobs.
 *
 * @param detail the last problem, or the version in force; may be empty
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
