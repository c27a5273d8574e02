package dev.orrery.scheduler.engine.submission;

import dev.orrery.scheduler.model.commit.GroupCommit;

/** Limits of submissions: of one commit, of the queue before it, and of one call. */
final class SubmissionLimits {
  /** If the queue is full, calls get 429. */
  static final GroupCommit.Settings COMMIT =
      new GroupCommit.Settings("submissions", 20_000, 200_000, 2);

  static final int MAX_QUEUED_PER_APP = COMMIT.maxQueued() / 2;

  static final int MAX_INSTANCES_PER_CALL = 20_000;

  /** The maximum bytes of parameters that a call stores; each instance has its own copy. */
  static final int MAX_PARAMETER_BYTES_PER_CALL = 16 * 1024 * 1024;

  private SubmissionLimits() {}
}
