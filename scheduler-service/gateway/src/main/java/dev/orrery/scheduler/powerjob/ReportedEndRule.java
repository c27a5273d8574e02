package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.InstanceReport;
import dev.orrery.powerjob.RunStatus;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.AttemptReport.Outcome;

/**
 * Decides the outcome of an attempt from the report of a PowerJob worker: an end that comes after a
 * stop is never a success, whatever the processor returned. Workers with the SDK decide this
 * themselves. Compares times of the worker with each other only. This is a pure rule.
 */
final class ReportedEndRule {
  /** How PowerJob's worker says that it stopped a run at its time-out. */
  private static final String WORKER_TIMED_OUT = "instance execute timeout";

  private static final String TIMED_OUT = "timed out";

  private ReportedEndRule() {}

  /**
   * What would have stopped the attempt.
   *
   * @param timeoutMillis from its receipt; null if there is none
   * @param stoppedMillis since the worker was told to stop it; null if it was not
   */
  record Stop(Long timeoutMillis, Long stoppedMillis) {}

  /**
   * @param report of a final state
   */
  static AttemptReport of(AttemptRef attempt, InstanceReport report, Stop stop) {
    boolean succeeded = report.instanceStatus() == RunStatus.SUCCEED.code();
    String text = report.result() == null ? "" : report.result();
    Outcome outcome = outcome(report, succeeded, text, stop);
    return new AttemptReport(
        attempt.instance(),
        attempt.attempt(),
        outcome,
        succeeded ? text : null,
        error(outcome, succeeded, text),
        null,
        report.runTimeMillis());
  }

  /** Returns null for a canceled run: its program failed because it was stopped. */
  private static String error(Outcome outcome, boolean succeeded, String text) {
    return switch (outcome) {
      case SUCCEEDED, CANCELED -> null;
      case TIMED_OUT -> succeeded ? TIMED_OUT : text;
      case FAILED, HANDED_BACK -> text;
    };
  }

  private static Outcome outcome(InstanceReport report, boolean succeeded, String text, Stop stop) {
    if (stop.stoppedMillis() != null && report.endedMillisAgo() < stop.stoppedMillis()) {
      return Outcome.CANCELED;
    }
    Long runTime = report.runTimeMillis();
    if ((stop.timeoutMillis() != null && runTime != null && runTime >= stop.timeoutMillis())
        || (!succeeded && text.startsWith(WORKER_TIMED_OUT))) {
      return Outcome.TIMED_OUT;
    }
    return succeeded ? Outcome.SUCCEEDED : Outcome.FAILED;
  }
}
