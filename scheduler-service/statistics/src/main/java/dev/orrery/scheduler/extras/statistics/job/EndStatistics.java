package dev.orrery.scheduler.extras.statistics.job;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Computes statistics of the last instances of a job that ended. This is a pure rule. Successes,
 * failures and time-outs count; canceled and skipped instances are only listed.
 *
 * @param ends the newest end first
 * @param failures whether the job is failing, however many ends are listed
 */
record EndStatistics(List<JobEnd> ends, Optional<Failures> failures) {
  private static final Comparator<JobEnd> NEWEST_FIRST =
      Comparator.comparing(JobEnd::endedAt).thenComparing(JobEnd::instance).reversed();

  /**
   * The failures of a job whose newest end that counts is one.
   *
   * @param since the end of the first one after the last success
   * @param last the last instance that failed
   */
  record Failures(Instant since, long last) {}

  /** Takes the ends in any order. */
  static EndStatistics of(Collection<JobEnd> ends, Optional<Failures> failures) {
    return new EndStatistics(ends.stream().sorted(NEWEST_FIRST).toList(), failures);
  }

  /** Returns the share of successes, from 0 to 1; empty if no end counts. */
  Optional<Double> successRate() {
    long verdicts = ends.stream().filter(JobEnd::isVerdict).count();
    return verdicts == 0
        ? Optional.empty()
        : Optional.of((double) ends.stream().filter(JobEnd::isSuccess).count() / verdicts);
  }

  /**
   * Returns the shortest run time that this percentage of the run times does not exceed; empty if
   * no worker measured one.
   *
   * @param percentage from 1 to 100
   */
  Optional<Long> runMillis(int percentage) {
    List<Long> sorted =
        ends.stream()
            .filter(JobEnd::isVerdict)
            .map(JobEnd::runMillis)
            .filter(Objects::nonNull)
            .sorted()
            .toList();
    return sorted.isEmpty()
        ? Optional.empty()
        : Optional.of(sorted.get((sorted.size() * percentage + 99) / 100 - 1));
  }

  /** Returns since when the job has been failing; empty unless it is. */
  Optional<Instant> failingSince() {
    return failures.map(Failures::since);
  }
}
