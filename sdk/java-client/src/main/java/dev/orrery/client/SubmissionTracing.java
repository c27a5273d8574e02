package dev.orrery.client;

import java.util.List;

/**
 * Creates a tracing span for each submission. {@link dev.orrery.client.otel.SubmissionSpans}
 * implements it with OpenTelemetry.
 */
@FunctionalInterface
public interface SubmissionTracing {
  /** Makes no spans. */
  SubmissionTracing NONE = (app, runs) -> SubmissionSpan.NONE;

  /**
   * Begins the span of a submission; the caller must close it.
   *
   * @return {@link SubmissionSpan#NONE} if the caller is in no span
   */
  SubmissionSpan begin(String app, List<Run> runs);
}
