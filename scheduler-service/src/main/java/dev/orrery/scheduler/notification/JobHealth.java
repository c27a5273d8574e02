package dev.orrery.scheduler.notification;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The health of a job as one webhook sees it. This is a pure rule: a failing job is reported once,
 * and again only after it has recovered.
 *
 * @param failures within the window, oldest first; empty while it is failing
 * @param failingSince the end of the failure that was one too many; null unless it is failing
 * @param lastFailure the instance that failed last; null before the first
 */
record JobHealth(List<Instant> failures, Instant failingSince, Long lastFailure) {
  static final JobHealth WELL = new JobHealth(List.of(), null, null);

  JobHealth {
    failures = List.copyOf(failures);
  }

  /**
   * The health after a failure, and whether it must be reported.
   *
   * @param count failures within the window if they are an event now, else 0
   */
  record AfterFailure(JobHealth health, int count) {}

  boolean isFailing() {
    return failingSince != null;
  }

  /**
   * An instance has failed.
   *
   * @param at its end; ends may come out of order
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
    all.removeIf(one -> one.isBefore(latest.minus(window)));
    return all.size() >= threshold
        ? new AfterFailure(new JobHealth(List.of(), latest, instance), all.size())
        : new AfterFailure(new JobHealth(all, null, instance), 0);
  }
}
