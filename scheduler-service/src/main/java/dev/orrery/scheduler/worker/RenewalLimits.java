package dev.orrery.scheduler.worker;

import dev.orrery.scheduler.commit.GroupCommit;

/** Limits of renewals: of one commit, and of the queue before it. */
final class RenewalLimits {
  static final GroupCommit.Settings COMMIT =
      new GroupCommit.Settings("renewals", 50_000, 500_000, 1);

  /**
   * Renewals wait for this time, because no caller waits for one: hundreds of workers then cost a
   * few statements a second.
   */
  static final long COMMIT_DELAY_MILLIS = 100;

  private RenewalLimits() {}
}
