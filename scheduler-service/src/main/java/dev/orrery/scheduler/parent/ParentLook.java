package dev.orrery.scheduler.parent;

import dev.orrery.scheduler.completion.AttemptCompletionStore;
import dev.orrery.scheduler.completion.HistoryWriter;
import dev.orrery.scheduler.completion.RetryDecision;
import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.instance.EndReason;
import dev.orrery.scheduler.instance.InstanceState;
import dev.orrery.scheduler.parent.FlowLook.FlowEnd;
import dev.orrery.scheduler.parent.FlowLook.FlowMoves;
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
 * Moves parents on: makes their next parts, starts their next nodes, stops them, or ends them. The
 * rows of the parents are locked first; what the next statement then sees of their parts cannot be
 * undone by others.
 */
@ApplicationScoped
class ParentLook {
  private final EngineDatabase database;
  private final FlowLook flowLook;

  ParentLook(EngineDatabase database, FlowLook flowLook) {
    this.database = database;
    this.flowLook = flowLook;
  }

  /**
   * What a look did, for the hints after its commit.
   *
   * @param readyLanes lanes of new parts
   * @param limitedJobs jobs whose blocked instances may be unblocked now
   * @param nextFireIn the time until a fixed delay fires next; null if none was set
   * @param ended the number of parents that ended, by state
   * @param stopping parents whose active parts or nodes must be canceled, with the reason
   * @param unfinished parents to look at again, because one look does only so much
   * @param outer flows of which ended parents were nodes
   */
  record LookResult(
      Set<Integer> readyLanes,
      Set<Long> limitedJobs,
      Duration nextFireIn,
      Map<InstanceState, Integer> ended,
      Map<Long, EndReason> stopping,
      Set<Long> unfinished,
      Set<Long> outer) {
    private static final LookResult NOTHING =
        new LookResult(Set.of(), Set.of(), null, Map.of(), Map.of(), Set.of(), Set.of());
  }

  /**
   * Looks at parents; ignores ids of others, and of parents that have ended. Blocks.
   *
   * @param countsFailures whether to count the failures of all of them; otherwise one that
   *     tolerates many may be stopped by a later look
   */
  LookResult look(Collection<Long> ids, boolean countsFailures) {
    return database.transaction(connection -> look(connection, ids, countsFailures));
  }

  private LookResult look(Connection connection, Collection<Long> ids, boolean countsFailures)
      throws SQLException {
    AttemptCompletionStore.lockTriggers(connection, ids);
    List<AwaitingParent> parents = ParentStore.lockAwaiting(connection, ids);
    if (parents.isEmpty()) {
      return LookResult.NOTHING;
    }
    List<AwaitingParent> flows = parents.stream().filter(AwaitingParent::isFlow).toList();
    List<AwaitingParent> divided = parents.stream().filter(parent -> !parent.isFlow()).toList();
    Map<Long, ParentState> states = ParentStore.states(connection, divided, countsFailures);
    Map<Long, Integer> more = new LinkedHashMap<>();
    Set<Long> unfinished = new HashSet<>();
    Map<Long, InstanceState> endings = new LinkedHashMap<>();
    Map<Long, EndReason> stopping = new HashMap<>();
    Map<AwaitingParent, InstanceState> finished = new LinkedHashMap<>();
    for (AwaitingParent parent : divided) {
      ParentState state = states.get(parent.id());
      if (state == null) {
        continue;
      }
      ParentDecision decision = ParentDecision.of(state);
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
    Set<Integer> lanes = new HashSet<>(ParentStore.make(connection, more));
    Set<Long> limited = new HashSet<>();
    Map<AwaitingParent, FlowEnd> endedFlows = Map.of();
    if (!flows.isEmpty()) {
      FlowMoves moves = flowLook.look(connection, flows);
      lanes.addAll(moves.readyLanes());
      limited.addAll(moves.limitedJobs());
      unfinished.addAll(moves.unfinished());
      endedFlows = moves.ended();
      moves
          .stopping()
          .forEach(
              (flow, ending) -> {
                endings.put(flow.id(), ending);
                stopping.put(flow.id(), reason(InstanceState.CANCELED, flow));
              });
    }
    ParentStore.setEnding(connection, endings);
    Map<InstanceState, Integer> ended = new EnumMap<>(InstanceState.class);
    Set<Long> delays = new HashSet<>();
    HistoryWriter history = new HistoryWriter();
    addParents(connection, finished, history);
    endedFlows.forEach(
        (flow, end) -> {
          addFlow(flow, end, history);
          finished.put(flow, end.state());
        });
    finished.forEach(
        (parent, state) -> {
          ended.merge(state, 1, Integer::sum);
          if (parent.limited()) {
            limited.add(parent.jobId());
          }
          if (parent.drivesFixedDelay()) {
            delays.add(parent.jobId());
          }
        });
    Set<Long> outer = history.write(connection);
    Duration nextFire = AttemptCompletionStore.fireAfterDelay(connection, delays).orElse(null);
    return new LookResult(lanes, limited, nextFire, ended, stopping, unfinished, outer);
  }

  private static EndReason reason(InstanceState ending, AwaitingParent parent) {
    return switch (ending) {
      case FAILED -> EndReason.PARTS_FAILED;
      case CANCELED -> parent.canceled() == null ? EndReason.CANCELED : parent.canceled();
      default -> null;
    };
  }

  private static void addParents(
      Connection connection, Map<AwaitingParent, InstanceState> finished, HistoryWriter history)
      throws SQLException {
    Map<Long, EndedParts> counts =
        ParentStore.countEnded(
            connection, finished.keySet().stream().map(AwaitingParent::id).toList());
    finished.forEach(
        (parent, state) ->
            history.add(
                parent.id(),
                new RetryDecision.Finish(state, reason(state, parent)),
                state == InstanceState.FAILED ? error(counts.get(parent.id())) : null,
                null));
  }

  private static void addFlow(AwaitingParent flow, FlowEnd end, HistoryWriter history) {
    EndReason reason =
        end.state() == InstanceState.FAILED ? EndReason.NODES_FAILED : reason(end.state(), flow);
    history.add(
        flow.id(), new RetryDecision.Finish(end.state(), reason), end.error(), end.result());
  }

  private static String error(EndedParts parts) {
    return "%d of %d parts did not succeed; the job tolerates %d"
        .formatted(parts.failed(), parts.total(), parts.tolerated());
  }
}
