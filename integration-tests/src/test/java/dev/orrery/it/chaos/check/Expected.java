package dev.orrery.it.chaos.check;

import java.time.Duration;

/**
 * The outcomes that the rules of a job allow.
 *
 * @param limit concurrent instances; 0 means unlimited
 * @param maxAttempts failures until it has FAILED; 0 if it never fails by itself
 * @param maxWorkerLosses losses that it survives
 * @param timesOut whether it may end as TIMED_OUT
 * @param replaces whether a newer fire cancels an older one
 */
public record Expected(
    String job,
    int limit,
    int maxAttempts,
    int maxWorkerLosses,
    boolean timesOut,
    boolean replaces,
    Firing firing) {

  /** The schedule of a job. */
  public sealed interface Firing {
    /** Only callers run it. */
    record Never() implements Firing {}

    /**
     * One fire time in each period.
     *
     * @param skips whether fires may be visibly skipped while others are active
     */
    record Every(Duration period, boolean skips) implements Firing {}

    /** A delay after the end of the previous run. */
    record After(Duration delay) implements Firing {}
  }

  /** A called job that succeeds however often it is lost, as the workload's jobs do. */
  public static Expected of(String job) {
    return new Expected(job, 0, 0, 10_000, false, false, new Firing.Never());
  }

  /** Returns the same for another job name. */
  public Expected named(String name) {
    return new Expected(name, limit, maxAttempts, maxWorkerLosses, timesOut, replaces, firing);
  }

  public Expected limit(int atOnce) {
    return new Expected(job, atOnce, maxAttempts, maxWorkerLosses, timesOut, replaces, firing);
  }

  public Expected fails(int attempts) {
    return new Expected(job, limit, attempts, maxWorkerLosses, timesOut, replaces, firing);
  }

  public Expected survives(int losses) {
    return new Expected(job, limit, maxAttempts, losses, timesOut, replaces, firing);
  }

  public Expected mayTimeOut() {
    return new Expected(job, limit, maxAttempts, maxWorkerLosses, true, replaces, firing);
  }

  public Expected mayReplace() {
    return new Expected(job, limit, maxAttempts, maxWorkerLosses, timesOut, true, firing);
  }

  public Expected fires(Firing how) {
    return new Expected(job, limit, maxAttempts, maxWorkerLosses, timesOut, replaces, how);
  }
}
