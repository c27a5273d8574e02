package dev.orrery.worker.binding.declare;

import java.util.Set;

/**
 * The status of the declaration of an application's jobs.
 *
 * @param detail the last problem, or the version in force; may be empty
 * @param withheld processors that the process must not offer, because another application declares
 *     the jobs
 */
public record DeclareStatus(Phase phase, String detail, Set<String> withheld) {
  public DeclareStatus(Phase phase, String detail) {
    this(phase, detail, Set.of());
  }

  DeclareStatus withholding(Set<String> processors) {
    return new DeclareStatus(phase, detail, Set.copyOf(processors));
  }

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
