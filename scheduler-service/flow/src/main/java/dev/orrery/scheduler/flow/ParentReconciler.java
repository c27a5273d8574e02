package dev.orrery.scheduler.flow;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.engine.completion.AttemptCompletionStore;
import dev.orrery.scheduler.engine.completion.HistoryWriter;
import dev.orrery.scheduler.engine.completion.RetryDecision;
import dev.orrery.scheduler.flow.ParentStore.AwaitingParent;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Advances parents: makes their next parts, starts their next nodes, stops them, or ends them.
 * Locks their rows first, so that the next statements see everything that earlier reconciliations
 * committed, and no other reconciliation decides for them until the commit.
 */
@ApplicationScoped
class ParentReconciler {
  private final EngineDatabase database;
  private final FlowReconciler flowReconciler;

  ParentReconciler(EngineDatabase database, FlowReconciler flowReconciler) {
    this.database = database;
    this.flowReconciler = flowReconciler;
  }

  /**
   * Runs one transaction; blocks. Ignores ids of instances that are not parents, or have ended.
   *
   * @param ids each once; the work that one transaction may do is shared in this order
   * @param countsFailures whether to count the failed parts of all parents; otherwise, only a later
   *     reconciliation may stop a parent that tolerates many
   */
  ReconcileResult reconcile(List<Long> ids, boolean countsFailures) {
    return database.transaction(connection -> reconcile(connection, ids, countsFailures));
  }

  private ReconcileResult reconcile(Connection connection, List<Long> ids, boolean countsFailures)
      throws SQLException {
    List<AwaitingParent> parents = ParentStore.lockAwaiting(connection, ids);
    ReconcileResult result = new ReconcileResult();
    if (parents.isEmpty()) {
      return result;
    }
    FanOutReconciler.reconcile(
        connection,
        parents.stream().filter(parent -> !parent.isFlow()).toList(),
        countsFailures,
        result);
    List<AwaitingParent> flows = parents.stream().filter(AwaitingParent::isFlow).toList();
    if (!flows.isEmpty()) {
      flowReconciler.reconcile(connection, flows, result);
    }
    ParentStore.setEnding(connection, result.endings());
    end(connection, result);
    if (result.ends().isEmpty()) {
      ParentStore.commitWithoutWait(connection);
    }
    return result;
  }

  private static void end(Connection connection, ReconcileResult result) throws SQLException {
    HistoryWriter history = new HistoryWriter();
    Set<Long> delays = new HashSet<>();
    result
        .ends()
        .forEach(
            (parent, end) -> {
              history.add(
                  parent.id(),
                  new RetryDecision.Finish(end.state(), parent.endReason(end.state())),
                  end.error(),
                  end.result());
              if (parent.limited()) {
                result.addLimitedJob(parent.jobId());
              }
              if (parent.drivesFixedDelay()) {
                delays.add(parent.jobId());
              }
            });
    Set<Long> outer = history.write(connection);
    Duration nextFire = AttemptCompletionStore.fireAfterDelay(connection, delays).orElse(null);
    result.addConsequences(outer, nextFire);
  }
}
