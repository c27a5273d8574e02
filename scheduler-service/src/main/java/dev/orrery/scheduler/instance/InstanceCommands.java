package dev.orrery.scheduler.instance;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.database.HotDatabase;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.Hints;
import dev.orrery.scheduler.instance.CommandStore.Locked;
import dev.orrery.scheduler.instance.CommandStore.Retried;
import dev.orrery.scheduler.job.WaitingInstances;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What people do with an instance. Committed when a method returns. */
@ApplicationScoped
public class InstanceCommands implements WaitingInstances {
  private final HotDatabase database;
  private final CancelConfig config;
  private final Hints hints;
  private final InstanceMetrics metrics;

  InstanceCommands(
      HotDatabase database, CancelConfig config, Hints hints, InstanceMetrics metrics) {
    this.database = database;
    this.config = config;
    this.hints = hints;
    this.metrics = metrics;
  }

  /**
   * Cancels: at once what waits; what runs is asked to stop, and ended after the grace.
   *
   * @throws ProblemException {@code INSTANCE_NOT_FOUND}, {@code ALREADY_TERMINAL}
   */
  void cancel(Caller caller, long id) {
    database.transaction(connection -> cancel(connection, caller, id)).run();
  }

  /** Gives back what is to be told after the commit. */
  private Runnable cancel(Connection connection, Caller caller, long id) throws SQLException {
    // The lock of the trigger comes before that of the instance, here as everywhere.
    SettlementStore.lockTriggers(connection, Set.of(id));
    Optional<Locked> found = CommandStore.lock(connection, id, caller.appId());
    if (found.isEmpty()) {
      throw CommandStore.hasEnded(connection, id, caller.appId())
          ? ProblemException.of(ErrorCode.ALREADY_TERMINAL, "Instance " + id + " has ended.")
          : notFound(id);
    }
    Locked instance = found.get();
    if (instance.state() == InstanceState.RUNNING) {
      CommandStore.requestCancel(connection, Set.of(id), config.grace());
      return () -> {
        hints.give(new Hint.CancelRequested(instance.session(), instance.attempt()));
        hints.dueIn(config.grace());
      };
    }
    endWaiting(connection, List.of(id), Reason.CANCELED);
    Optional<Duration> next =
        instance.coupled()
            ? SettlementStore.fireAfterDelay(connection, Set.of(instance.jobId()))
            : Optional.empty();
    return () -> {
      metrics.ended(InstanceState.CANCELED, 1);
      next.ifPresent(hints::dueIn);
      if (instance.slotted()) {
        hints.letIn(Set.of(instance.jobId()));
      }
    };
  }

  /**
   * Makes a new instance that does again what an ended one did.
   *
   * @return the id of the new one
   * @throws ProblemException {@code INSTANCE_NOT_FOUND}, {@code NOT_TERMINAL}, {@code
   *     JOB_NOT_FOUND} if the job was deleted
   */
  long retry(Caller caller, long id) {
    Retried retried =
        database.transaction(
            connection ->
                CommandStore.retry(connection, id, caller.appId())
                    .orElseThrow(() -> notRetried(connection, caller, id)));
    hints.lanesReady(Set.of(retried.laneId()));
    hints.letIn(Set.of(retried.jobId()));
    return retried.id();
  }

  private static ProblemException notRetried(Connection connection, Caller caller, long id) {
    try {
      if (CommandStore.lock(connection, id, caller.appId()).isPresent()) {
        return ProblemException.of(
            ErrorCode.NOT_TERMINAL,
            "Instance " + id + " has not ended; only ended ones are retried.");
      }
      if (CommandStore.hasEnded(connection, id, caller.appId())) {
        return ProblemException.of(
            ErrorCode.JOB_NOT_FOUND, "The job of instance " + id + " was deleted.");
      }
      return notFound(id);
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  @Override
  public void cancelOfTrigger(Connection connection, long jobId, boolean disabled)
      throws SQLException {
    List<Long> waiting = CommandStore.lockWaitingOfTrigger(connection, jobId);
    endWaiting(connection, waiting, disabled ? Reason.JOB_DISABLED : Reason.JOB_DELETED);
    // Before the commit, which is the caller's: an edit that fails now is rare, and miscounts only.
    metrics.ended(InstanceState.CANCELED, waiting.size());
  }

  private static void endWaiting(Connection connection, List<Long> ids, Reason reason)
      throws SQLException {
    HistoryRows history = new HistoryRows();
    Settlement.Ended end = new Settlement.Ended(InstanceState.CANCELED, reason);
    ids.forEach(id -> history.addUnstarted(id, end));
    history.write(connection);
  }

  private static ProblemException notFound(long id) {
    return ProblemException.of(ErrorCode.INSTANCE_NOT_FOUND, "There is no instance " + id + ".");
  }
}
