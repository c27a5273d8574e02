package dev.orrery.scheduler.model.job.document;

import dev.orrery.scheduler.http.json.JsonFields;
import java.time.Duration;

/** Reads the fields {@code alerts} and {@code onFailure} of a job document. */
final class AlertsReader {
  static final Duration MIN_NO_SUCCESS = Duration.ofMinutes(1);
  static final Duration MAX_NO_SUCCESS = Duration.ofDays(400);
  static final Duration MIN_RUN = Duration.ofSeconds(1);
  static final Duration MAX_RUN = Duration.ofDays(30);
  static final int MAX_PAUSE_AFTER = 100;

  static final String NO_SUCCESS_FOR = "noSuccessFor";
  static final String RUNS_LONGER_THAN = "runsLongerThan";
  static final String PAUSE_AFTER = "pauseAfter";

  private AlertsReader() {}

  static AlertsDocument readAlerts(JsonFields fields) {
    AlertsDocument alerts =
        new AlertsDocument(
            fields.duration(NO_SUCCESS_FOR, MIN_NO_SUCCESS, MAX_NO_SUCCESS).orElse(null),
            fields.duration(RUNS_LONGER_THAN, MIN_RUN, MAX_RUN).orElse(null));
    fields.refuseUnknown();
    if (alerts.noSuccessFor() == null && alerts.runsLongerThan() == null) {
      throw fields.invalid(
          NO_SUCCESS_FOR, "or '" + RUNS_LONGER_THAN + "' must be given, or 'alerts' be absent");
    }
    return alerts;
  }

  static OnFailureDocument readOnFailure(JsonFields fields) {
    OnFailureDocument onFailure =
        new OnFailureDocument(
            fields
                .integer(PAUSE_AFTER, 1, MAX_PAUSE_AFTER)
                .orElseThrow(() -> fields.invalid(PAUSE_AFTER, "is required")));
    fields.refuseUnknown();
    return onFailure;
  }
}
