package dev.orrery.scheduler.extras.statistics.job;

import java.time.Instant;

/**
 * The figures of a job that lists sort and select by; null if they are not known.
 *
 * @param failingSince null unless the job is failing
 */
record JobFigures(Double successRate, Double runMillisP95, Instant failingSince) {
  /** Those of a job without ends that count. */
  static final JobFigures NONE = new JobFigures(null, null, null);

  static JobFigures of(EndStatistics ends) {
    return new JobFigures(
        ends.successRate().orElse(null),
        ends.runMillis(95).map(Long::doubleValue).orElse(null),
        ends.failingSince().orElse(null));
  }
}
