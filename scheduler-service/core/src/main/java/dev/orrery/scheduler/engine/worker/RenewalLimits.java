package dev.orrery.scheduler.engine.worker;

import dev.orrery.scheduler.model.commit.GroupCommit;

/** Limits of renewals: of one commit, and of the queue before it. */
final class RenewalLimits {
  static final GroupCommit.Settings COMMIT =
      new GroupCommit.Settings("renewals", 50_000, 500_000, 1);

  /**
   * Renewals wait for this time, which delays no caller: so hundreds of workers cost only a few
   * statements a second.
   */
  static final long COMMIT_DELAY_MILLIS = 100;

  private RenewalLimits() {}
}
