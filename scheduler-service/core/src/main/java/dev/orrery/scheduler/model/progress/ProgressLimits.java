package dev.orrery.scheduler.model.progress;

import dev.orrery.scheduler.model.commit.GroupCommit;

/** Limits on progress updates: of one commit, and of the queue before it. */
final class ProgressLimits {
  /** Updates beyond the limit of the queue are dropped. */
  static final GroupCommit.Settings COMMIT = new GroupCommit.Settings("progress", 5_000, 50_000, 1);

  /** The time that updates wait, so that many share a commit. */
  static final long COMMIT_DELAY_MILLIS = 100;

  private ProgressLimits() {}
}
