package dev.orrery.scheduler.powerjob;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Decides whether the runs of a job are so short that a thread of the worker waits longer for the
 * next run than a run takes. This is a pure rule.
 */
final class RunPace {
  private static final double SHORT_MILLIS = 250;

  /** One long run among short ones changes little. */
  private static final double LONGEST_MILLIS = 1_500;

  private static final double WEIGHT = 0.125;

  /** Of more jobs, those that were used least recently are forgotten. */
  private static final int MAX_JOBS = 200;

  private final Map<String, Double> meanMillis =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Double> eldest) {
          return size() > MAX_JOBS;
        }
      };

  void ended(String job, long millis) {
    double time = Math.min(LONGEST_MILLIS, (double) Math.max(0, millis));
    meanMillis.merge(job, time, (mean, last) -> mean + WEIGHT * (last - mean));
  }

  /** Returns false until a run of the job has ended. */
  boolean isShort(String job) {
    return meanMillis.getOrDefault(job, LONGEST_MILLIS) < SHORT_MILLIS;
  }
}
