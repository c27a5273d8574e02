package dev.orrery.scheduler.flow;

import dev.orrery.scheduler.flow.ParentDecision.ParentState;
import dev.orrery.scheduler.flow.ParentStore.AwaitingParent;
import dev.orrery.scheduler.flow.ParentStore.EndedParts;
import dev.orrery.scheduler.flow.ReconcileResult.ParentEnd;
import dev.orrery.scheduler.model.instance.InstanceState;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Advances parents with parts: makes their next parts, stops them, or ends them. */
final class FanOutReconciler {
  private FanOutReconciler() {}

  /** The caller must hold the locks of the parents. */
  static void reconcile(
      Connection connection,
      List<AwaitingParent> parents,
      boolean countsFailures,
      ReconcileResult result)
      throws SQLException {
    Map<Long, ParentState> states = ParentStore.states(connection, parents, countsFailures);
    Map<Long, Integer> more = new LinkedHashMap<>();
    Map<AwaitingParent, InstanceState> finished = new LinkedHashMap<>();
    for (AwaitingParent parent : parents) {
      ParentState state = states.get(parent.id());
      if (state == null) {
        continue;
      }
      ParentDecision decision = ParentDecision.of(state);
      if (decision instanceof ParentDecision.PartBatch parts) {
        more.put(parent.id(), parts.count());
        if (parts.count() == ParentLimits.PART_BATCH_SIZE) {
          result.reconcileAgain(parent);
        }
      } else if (decision instanceof ParentDecision.StopParts stop) {
        result.stop(parent, stop.ending(), parent.endReason(stop.ending()));
      } else if (decision instanceof ParentDecision.Finish finish) {
        finished.put(parent, finish.state());
      }
    }
    result.addReadyLanes(ParentStore.make(connection, more));
    end(connection, finished, result);
  }

  private static void end(
      Connection connection, Map<AwaitingParent, InstanceState> finished, ReconcileResult result)
      throws SQLException {
    Map<Long, EndedParts> counts =
        ParentStore.countEnded(
            connection, finished.keySet().stream().map(AwaitingParent::id).toList());
    finished.forEach(
        (parent, state) -> {
          String error = state == InstanceState.FAILED ? error(counts.get(parent.id())) : null;
          result.end(parent, new ParentEnd(state, error, null));
        });
  }

  private static String error(EndedParts parts) {
    return "%d of %d parts did not succeed; the job tolerates %d"
        .formatted(parts.failed(), parts.total(), parts.tolerated());
  }
}
