package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.InstanceReport;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.ProgressUpdate;
import java.util.Optional;

/**
 * The progress of a heavy run, from the task counts of its worker. Tasks can be added while it
 * runs. This is a pure rule.
 */
record TaskProgress(long total, long succeeded, long failed) {
  /** Returns the progress that a report of a running run says; empty if it has no tasks yet. */
  static Optional<TaskProgress> of(InstanceReport report) {
    return report.totalTaskNum() <= 0
        ? Optional.empty()
        : Optional.of(
            new TaskProgress(
                report.totalTaskNum(),
                Math.max(0, report.succeedTaskNum()),
                Math.max(0, report.failedTaskNum())));
  }

  ProgressUpdate update(AttemptRef attempt) {
    long ended = Math.min(total, succeeded + failed);
    String text = "tasks %d of %d".formatted(ended, total);
    return new ProgressUpdate(
        attempt.instance(),
        attempt.attempt(),
        (int) (100.0 * ended / total),
        failed == 0 ? text : text + ", %d failed".formatted(failed));
  }
}
