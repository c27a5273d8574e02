package dev.orrery.scheduler.extras.statistics;

import java.util.Map;

/**
 * The backlog of the database at one instant; it is the same for all replicas.
 *
 * @param waiting instances by state: exact up to {@link BacklogLimits#MAX_COUNT}, an estimate above
 *     it
 * @param readyAgeSeconds how long the oldest ready instance has been due; 0 if none is ready
 * @param work running and ready instances per app name, for the {@link BacklogLimits#MAX_APPS} apps
 *     with the most of them; {@link BacklogLimits#MAX_READY_PER_APP} and {@link
 *     BacklogLimits#READY_SHARED} bound the ready ones; an app without live sessions and without
 *     ready instances is absent
 * @param sessions live sessions per canonical protocol name
 * @param skewedSessions live sessions whose software version differs from this scheduler's
 * @param oldestTransactionSeconds how long the oldest open transaction has been open
 * @param overdueJobs jobs that have not succeeded for longer than they must
 */
record BacklogSnapshot(
    Map<State, Long> waiting,
    double readyAgeSeconds,
    Map<String, Long> work,
    Map<String, Long> sessions,
    long skewedSessions,
    double oldestTransactionSeconds,
    long overdueJobs) {

  /** The states of instances that have not ended. */
  enum State {
    SCHEDULED,
    READY,
    BLOCKED,
    RUNNING;

    /**
     * Returns the predicates of the partial indexes that together contain the state, each with its
     * spelling in PostgreSQL.
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
