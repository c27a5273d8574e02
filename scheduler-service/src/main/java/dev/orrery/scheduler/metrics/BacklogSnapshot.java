package dev.orrery.scheduler.metrics;

import java.util.Map;

/**
 * The backlog of the database at one instant; it is the same for all replicas.
 *
 * @param waiting instances by state: exact up to {@link #EXACT}, an estimate above it
 * @param readyAgeSeconds how long the oldest ready instance has been due; 0 where none is ready
 * @param work of the {@link #APPS} apps that have most of it, by name: what runs, and what is ready
 *     as far as {@link #READY_OF_APP} and {@link #READY_SHARED} go; apps without live sessions and
 *     without work are left out
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

  /** Counting stops here, so the query costs the same whatever the backlog. */
  static final int EXACT = 10_000;

  /** There may be any number of apps, and a metric with a label of their names must not grow so. */
  static final int APPS = 100;

  /** Far above what one more agent is worth, and still a short walk of an index. */
  static final int READY_OF_APP = 5_000;

  /** The most pairs of a lane and a priority that are counted: those of the oldest lanes. */
  static final int STEPS = 2_000;

  /** Such a pair with fewer ready instances is counted exactly. */
  static final int READY_AT_A_GLANCE = 10;

  /** Each of the others is counted up to an equal share of this. */
  static final int READY_SHARED = 20_000;

  /** The states of instances that have not ended. */
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
        case SCHEDULED -> Map.of("state = :SCHEDULED", "(state = :SCHEDULED)");
        case READY -> Map.of("state = :READY", "(state = :READY)");
        case BLOCKED ->
            Map.of(
                "state = :BLOCKED and not waits_for_predecessors",
                "((state = :BLOCKED) AND (NOT waits_for_predecessors))",
                "waits_for_predecessors",
                "waits_for_predecessors");
        case RUNNING -> Map.of("state = :RUNNING", "(state = :RUNNING)");
      };
    }
  }
}
