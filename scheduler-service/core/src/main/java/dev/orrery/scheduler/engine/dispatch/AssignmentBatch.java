package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The assignments of claimed rows.
 *
 * @param made the assignments, in the order of their rows
 * @param unreadable rows for which none can be made, because this release cannot read them, or
 *     because their version is of another job or lane
 * @param later rows that would make the batch too large; a read of their session finds them again
 * @param characters the size of all assignments
 */
record AssignmentBatch(
    List<Made> made, List<Unreadable> unreadable, List<ClaimedInstance> later, long characters) {

  /**
   * A row that cannot be sent.
   *
   * @param reason a clause for the log and the progress message
   */
  record Unreadable(ClaimedInstance row, String reason) {}

  /** An assignment and the session that holds it. */
  record Made(UUID session, Assignment assignment) {}

  List<Assignment> all() {
    return made.stream().map(Made::assignment).toList();
  }

  Map<UUID, List<AttemptRef>> laterBySession() {
    return later.stream()
        .collect(
            Collectors.groupingBy(
                ClaimedInstance::session,
                Collectors.mapping(ClaimedInstance::attempt, Collectors.toList())));
  }

  Map<UUID, List<Assignment>> bySession() {
    return made.stream()
        .collect(
            Collectors.groupingBy(
                Made::session, Collectors.mapping(Made::assignment, Collectors.toList())));
  }
}
