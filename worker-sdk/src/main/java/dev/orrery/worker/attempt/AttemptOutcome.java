package dev.orrery.worker.attempt;

import dev.orrery.protocol.message.AttemptReport;

/**
 * The outcome of an attempt on this worker.
 *
 * @param result may be null
 * @param error may be null
 */
public record AttemptOutcome(AttemptReport.Outcome outcome, String result, String error) {

  static final AttemptOutcome HANDED_BACK =
      new AttemptOutcome(AttemptReport.Outcome.HANDED_BACK, null, null);
}
