package dev.orrery.scheduler.model.job.document;

import dev.orrery.protocol.JobLimits;
import dev.orrery.scheduler.base.json.JsonFields;

/** Reads the fields {@code alerts} and {@code onFailure} of a job document. */
final class AlertsReader {
  static final String NO_SUCCESS_FOR = "noSuccessFor";
  static final String RUNS_LONGER_THAN = "runsLongerThan";
  static final String PAUSE_AFTER = "pauseAfter";

  private AlertsReader() {}

  static AlertsDocument readAlerts(JsonFields fields) {
    AlertsDocument alerts =
        new AlertsDocument(
            fields
                .duration(NO_SUCCESS_FOR, JobLimits.MIN_NO_SUCCESS, JobLimits.MAX_NO_SUCCESS)
                .orElse(null),
            fields
                .duration(RUNS_LONGER_THAN, JobLimits.MIN_SLOW_RUN, JobLimits.MAX_SLOW_RUN)
                .orElse(null));
    fields.refuseUnknown();
    return alerts;
  }

  /** Returns false for alerts without a field, which are the same as none. */
  static boolean tell(AlertsDocument alerts) {
    return alerts.noSuccessFor() != null || alerts.runsLongerThan() != null;
  }

  static OnFailureDocument readOnFailure(JsonFields fields) {
    OnFailureDocument onFailure =
        new OnFailureDocument(
            fields
                .integer(PAUSE_AFTER, 1, JobLimits.MAX_PAUSE_AFTER)
                .orElseThrow(() -> fields.invalid(PAUSE_AFTER, "is required")));
    fields.refuseUnknown();
    return onFailure;
  }
}
