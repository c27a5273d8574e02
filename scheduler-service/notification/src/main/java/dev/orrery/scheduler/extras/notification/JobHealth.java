package dev.orrery.scheduler.extras.notification;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The health of a job as one webhook sees it. This is a pure rule: a failing job is reported once,
 * and again only after it has recovered.
 *
 * @param failures within the window, oldest first; empty while the job is failing
 * @param failingSince the latest end of the failures that reached the threshold; null unless the
 *     job is failing
 * @param lastFailure the last instance that failed; null before the first failure and after a
 *     recovery
 */
record JobHealth(List<Instant> failures, Instant failingSince, Long lastFailure) {
  static final JobHealth WELL = new JobHealth(List.of(), null, null);

  JobHealth {
    failures = List.copyOf(failures);
  }

  /**
   * The health after a failure, and whether it must be reported.
   *
   * @param count failures within the window if they are an event now; otherwise 0
   */
  record AfterFailure(JobHealth health, int count) {}

  boolean isFailing() {
    return failingSince != null;
  }

  /**
   * Whether a success ends the failures. One of the same transaction may have the same time.
   *
   * @param success when it ended
   */
  boolean endsWith(Instant success) {
    return isFailing() && !success.isBefore(failingSince);
  }

  /**
   * Applies the failure of an instance.
   *
   * @param at the end of the instance; ends may come out of order
   * @param window failures that ended longer before the latest one do not count
   */
  AfterFailure failed(long instance, Instant at, int threshold, Duration window) {
    if (isFailing()) {
      return new AfterFailure(new JobHealth(List.of(), failingSince, instance), 0);
    }
    List<Instant> all = new ArrayList<>(failures);
    all.add(at);
    all.sort(null);
    Instant latest = all.get(all.size() - 1);
    all.removeIf(failure -> failure.isBefore(latest.minus(window)));
    return all.size() >= threshold
        ? new AfterFailure(new JobHealth(List.of(), latest, instance), all.size())
        : new AfterFailure(new JobHealth(all, null, instance), 0);
  }
}
