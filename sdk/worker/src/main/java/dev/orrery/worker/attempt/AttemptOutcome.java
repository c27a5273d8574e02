package dev.orrery.worker.attempt;

import dev.orrery.protocol.message.AttemptReport;

/**
 * The outcome of an attempt on this worker.
 *
 * @param result may be null
 * @param error may be null
 * @param nonRetryable true if it failed and a retry would fail, too
 */
public record AttemptOutcome(
    AttemptReport.Outcome outcome, String result, String error, boolean nonRetryable) {

  /** An outcome after which the job's policy decides about a retry. */
  public AttemptOutcome(AttemptReport.Outcome outcome, String result, String error) {
    this(outcome, result, error, false);
  }

  static final AttemptOutcome HANDED_BACK =
      new AttemptOutcome(AttemptReport.Outcome.HANDED_BACK, null, null);
}
