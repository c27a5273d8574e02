package dev.orrery.scheduler.parent;

import dev.orrery.scheduler.completion.AttemptCompletionStore;
import dev.orrery.scheduler.completion.HistoryWriter;
import dev.orrery.scheduler.completion.RetryDecision;
import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.instance.EndReason;
import dev.orrery.scheduler.instance.InstanceState;
import dev.orrery.scheduler.parent.ParentDecision.ParentState;
import dev.orrery.scheduler.parent.ParentStore.AwaitingParent;
import dev.orrery.scheduler.parent.ParentStore.EndedParts;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Moves parents on: makes their next parts, stops them, or ends them. The rows of the parents are
 * locked first; what the next statement then sees of their parts cannot be undone by others.
 */
@ApplicationScoped
class ParentLook {
  private final EngineDatabase database;

  ParentLook(EngineDatabase database) {
    this.database = database;
  }

  /**
   * What a look did, for the hints after its commit.
   *
   * @param readyLanes lanes of new parts
   * @param limitedJobs jobs whose blocked instances may be unblocked now
   * @param nextFireIn the time until a fixed delay fires next; null if none was set
   * @param ended the number of parents that ended, by state
   * @param stopping parents whose active parts must be canceled, with the reason
   * @param unfinished parents that can make more parts at once
   */
  record LookResult(
      Set<Integer> readyLanes,
      Set<Long> limitedJobs,
      Duration nextFireIn,
      Map<InstanceState, Integer> ended,
      Map<Long, EndReason> stopping,
      Set<Long> unfinished) {}

  /**
   * Looks at parents; ignores ids of others, and of parents that have ended. Blocks.
   *
   * @param countsFailures whether to count the failures of all of them; otherwise one that
   *     tolerates many may be stopped by a later look
   */
  LookResult look(Collection<Long> ids, boolean countsFailures) {
    return database.transaction(connection -> look(connection, ids, countsFailures));
  }

  private static LookResult look(
      Connection connection, Collection<Long> ids, boolean countsFailures) throws SQLException {
    AttemptCompletionStore.lockTriggers(connection, ids);
    List<AwaitingParent> parents = ParentStore.lockAwaiting(connection, ids);
    if (parents.isEmpty()) {
      return new LookResult(Set.of(), Set.of(), null, Map.of(), Map.of(), Set.of());
    }
    Map<Long, ParentState> states = ParentStore.states(connection, parents, countsFailures);
    Map<Long, Integer> more = new LinkedHashMap<>();
    Set<Long> unfinished = new HashSet<>();
    Map<Long, InstanceState> endings = new LinkedHashMap<>();
    Map<Long, EndReason> stopping = new HashMap<>();
    Map<AwaitingParent, InstanceState> finished = new LinkedHashMap<>();
    for (AwaitingParent parent : parents) {
      ParentDecision decision = ParentDecision.of(states.get(parent.id()));
      if (decision instanceof ParentDecision.MakeParts parts) {
        more.put(parent.id(), parts.count());
        if (parts.count() == ParentLimits.MADE_AT_ONCE) {
          unfinished.add(parent.id());
        }
      } else if (decision instanceof ParentDecision.StopParts stop) {
        endings.put(parent.id(), stop.ending());
        stopping.put(parent.id(), reason(stop.ending(), parent));
      } else if (decision instanceof ParentDecision.Finish finish) {
        finished.put(parent, finish.state());
      }
    }
    List<Integer> lanes = ParentStore.make(connection, more);
    ParentStore.setEnding(connection, endings);
    Duration nextFire = end(connection, finished);
    Set<Long> limited = new HashSet<>();
    Map<InstanceState, Integer> ended = new EnumMap<>(InstanceState.class);
    finished.forEach(
        (parent, state) -> {
          ended.merge(state, 1, Integer::sum);
          if (parent.limited()) {
            limited.add(parent.jobId());
          }
        });
    return new LookResult(Set.copyOf(lanes), limited, nextFire, ended, stopping, unfinished);
  }

  private static EndReason reason(InstanceState ending, AwaitingParent parent) {
    return switch (ending) {
      case FAILED -> EndReason.PARTS_FAILED;
      case CANCELED -> parent.canceled() == null ? EndReason.CANCELED : parent.canceled();
      default -> null;
    };
  }

  /** Returns the time until the next fire of a fixed delay; null if none was set. */
  private static Duration end(Connection connection, Map<AwaitingParent, InstanceState> finished)
      throws SQLException {
    Map<Long, EndedParts> counts =
        ParentStore.countEnded(
            connection, finished.keySet().stream().map(AwaitingParent::id).toList());
    HistoryWriter history = new HistoryWriter();
    Set<Long> delays = new HashSet<>();
    finished.forEach(
        (parent, state) -> {
          history.add(
              parent.id(),
              new RetryDecision.Finish(state, reason(state, parent)),
              state == InstanceState.FAILED ? error(counts.get(parent.id())) : null);
          if (parent.drivesFixedDelay()) {
            delays.add(parent.jobId());
          }
        });
    history.write(connection);
    return AttemptCompletionStore.fireAfterDelay(connection, delays).orElse(null);
  }

  private static String error(EndedParts parts) {
    return "%d of %d parts did not succeed; the job tolerates %d"
        .formatted(parts.failed(), parts.total(), parts.tolerated());
  }
}
