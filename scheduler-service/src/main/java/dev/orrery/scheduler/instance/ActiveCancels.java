package dev.orrery.scheduler.instance;

import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.Hints;
import dev.orrery.scheduler.instance.CommandStore.Locked;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Cancels many instances at once, as part of a caller's transaction. */
@ApplicationScoped
public class ActiveCancels {
  private final CancelConfig config;
  private final Hints hints;
  private final InstanceMetrics metrics;

  ActiveCancels(CancelConfig config, Hints hints, InstanceMetrics metrics) {
    this.config = config;
    this.hints = hints;
    this.metrics = metrics;
  }

  /**
   * Cancels all that is active of these jobs; the caller holds the locks of their triggers.
   *
   * @return to be run after the commit
   */
  public Runnable cancelAllOf(Connection connection, Collection<Long> jobs, Reason reason)
      throws SQLException {
    return jobs.isEmpty()
        ? () -> {}
        : cancel(connection, CommandStore.lockAllOf(connection, jobs), reason);
  }

  /**
   * Cancels what is active of the fires of a job that were made from one id to another; the caller
   * holds the lock of its trigger.
   *
   * @return to be run after the commit
   */
  public Runnable cancelFiresBetween(
      Connection connection, long job, long first, long last, Reason reason) throws SQLException {
    return cancel(connection, CommandStore.lockFiresBetween(connection, job, first, last), reason);
  }

  private Runnable cancel(Connection connection, List<Locked> locked, Reason reason)
      throws SQLException {
    List<Locked> running =
        locked.stream().filter(one -> one.state() == InstanceState.RUNNING).toList();
    CommandStore.requestCancel(
        connection, running.stream().map(one -> one.attempt().instance()).toList(), config.grace());
    HistoryRows history = new HistoryRows();
    Settlement.Ended end = new Settlement.Ended(InstanceState.CANCELED, reason);
    locked.stream()
        .filter(one -> one.state() != InstanceState.RUNNING)
        .forEach(one -> history.addUnstarted(one.attempt().instance(), end));
    history.write(connection);
    Set<Long> slotted =
        locked.stream().filter(Locked::slotted).map(Locked::jobId).collect(Collectors.toSet());
    return () -> {
      metrics.ended(InstanceState.CANCELED, locked.size() - running.size());
      running.forEach(one -> hints.give(new Hint.CancelRequested(one.session(), one.attempt())));
      if (!running.isEmpty()) {
        hints.dueIn(config.grace());
      }
      hints.letIn(slotted);
    };
  }
}
