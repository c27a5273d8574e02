package dev.orrery.scheduler.extras.statistics.job;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * The value by which a list sorts jobs. Jobs with equal values, and jobs without a value, are
 * sorted by name.
 */
enum JobSort {
  NAME("name"),
  NEXT_FIRE_TIME("nextFireTime"),
  SUCCESS_RATE("successRate"),
  RUN_MILLIS("runMillisP95"),
  FAILING_SINCE("failingSince"),
  /** Failing and overdue jobs first, then paused and disabled ones. */
  STATE("state");

  private final String field;

  JobSort(String field) {
    this.field = field;
  }

  /** Returns the name that callers use. */
  String field() {
    return field;
  }

  static Optional<JobSort> named(String field) {
    return Arrays.stream(values()).filter(sort -> sort.field.equals(field)).findFirst();
  }

  /** Returns null for a job without a value, which is at the end in both directions. */
  Double value(JobKey job, JobFigures figures) {
    return switch (this) {
      case NAME -> null;
      case NEXT_FIRE_TIME -> millis(job.nextFireTime());
      case SUCCESS_RATE -> figures.successRate();
      case RUN_MILLIS -> figures.runMillisP95();
      case FAILING_SINCE -> millis(figures.failingSince());
      case STATE -> attention(job, figures);
    };
  }

  private static Double millis(Instant time) {
    return time == null ? null : Double.valueOf((double) time.toEpochMilli());
  }

  /** A pause comes before the rest: an operator has seen the job. */
  private static Double attention(JobKey job, JobFigures figures) {
    if (job.paused()) {
      return 1.0;
    }
    if (job.disabled()) {
      return 2.0;
    }
    return figures.failingSince() == null && !job.overdue() ? null : Double.valueOf(0);
  }

  boolean readsVersions() {
    return this == STATE;
  }

  boolean readsFigures() {
    return this != NAME && this != NEXT_FIRE_TIME;
  }
}
