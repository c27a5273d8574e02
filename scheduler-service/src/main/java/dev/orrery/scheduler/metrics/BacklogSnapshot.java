package dev.orrery.scheduler.metrics;

import java.util.Map;

/**
 * The backlog of the database at one instant; it is the same for all replicas.
 *
 * @param waiting instances by state: exact up to {@link BacklogLimits#EXACT}, an estimate above it
 * @param readyAgeSeconds how long the oldest ready instance has been due; 0 where none is ready
 * @param work of the {@link BacklogLimits#APPS} apps that have most of it, by name: what runs, and
 *     what is ready as far as {@link BacklogLimits#READY_OF_APP} and {@link
 *     BacklogLimits#READY_SHARED} go; apps without live sessions and without work are left out
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
