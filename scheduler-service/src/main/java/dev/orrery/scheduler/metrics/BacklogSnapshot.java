package dev.orrery.scheduler.metrics;

import java.util.Map;

/**
 * What the database holds at one instant; the same for all replicas.
 *
 * @param waiting instances by state: exact up to {@link #EXACT}, an estimate above it
 * @param readyAgeSeconds how long the oldest ready instance has been due; 0 where none is ready
 * @param work of the {@link #APPS} apps that have most of it, by name: what runs, and what is ready
 *     as far as {@link #READY_OF_APP}; apps without live sessions and without work are left out
 * @param sessions live ones by protocol, its canonical name
 * @param skewedSessions live ones whose software is of another version than this scheduler
 * @param oldestTransactionSeconds how long the oldest open transaction has been open
 */
record BacklogSnapshot(
    Map<State, Long> waiting,
    double readyAgeSeconds,
    Map<String, Long> work,
    Map<String, Long> sessions,
    long skewedSessions,
    double oldestTransactionSeconds) {

  /** Counting is bounded by this, so a look costs the same whatever has piled up. */
  static final int EXACT = 10_000;

  /** There may be any number of apps, and a metric with a label of their names must not grow so. */
  static final int APPS = 100;

  /** Far above what one more agent is worth, and still a short walk of an index. */
  static final int READY_OF_APP = 5_000;

  /** What has not ended. */
  enum State {
    SCHEDULED,
    READY,
    BLOCKED,
    RUNNING;

    /**
     * Those of the partial indexes that together hold the state, and how PostgreSQL spells them.
     */
    Map<String, String> predicates() {
      return switch (this) {
        case SCHEDULED -> Map.of("state = 0", "(state = 0)");
        case READY -> Map.of("state = 1", "(state = 1)");
        case BLOCKED ->
            Map.of(
                "state = 2 and not queued", "((state = 2) AND (NOT queued))", "queued", "queued");
        case RUNNING -> Map.of("state = 3", "(state = 3)");
      };
    }
  }
}
