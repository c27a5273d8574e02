package dev.orrery.scheduler.extras.statistics.job;

import java.time.Instant;

/**
 * The figures by which a list of jobs is sorted and filtered. Each is null if it is not known.
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
