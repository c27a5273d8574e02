package dev.orrery.worker.binding.declare;

/**
 * How far the declaration of the jobs is.
 *
 * @param detail what went wrong last; empty if nothing did
 */
public record DeclareStatus(Phase phase, String detail) {
  public enum Phase {
    /** Not applied yet; it is tried again. */
    PENDING,
    APPLIED,
    /** The scheduler refused the jobs, or the token; it is not tried again. */
    REFUSED
  }
}
