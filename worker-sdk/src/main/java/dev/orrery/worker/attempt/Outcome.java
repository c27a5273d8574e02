package dev.orrery.worker.attempt;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.Report;

/**
 * How an attempt ended here.
 *
 * @param result may be null
 * @param error may be null
 */
public record Outcome(Report.Outcome outcome, String result, String error) {

  static final Outcome HANDED_BACK = new Outcome(Report.Outcome.HANDED_BACK, null, null);

  /**
   * @param logIncomplete if lines of it could not be delivered
   */
  public Report toReport(Assignment assignment, boolean logIncomplete) {
    return new Report(
        assignment.instance(),
        assignment.attempt(),
        outcome,
        result,
        error,
        logIncomplete ? Boolean.TRUE : null);
  }
}
