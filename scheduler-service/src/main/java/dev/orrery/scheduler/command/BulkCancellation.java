package dev.orrery.scheduler.command;

import dev.orrery.scheduler.command.InstanceCommandStore.Locked;
import dev.orrery.scheduler.completion.AttemptCompletionStore;
import dev.orrery.scheduler.completion.HistoryWriter;
import dev.orrery.scheduler.completion.RetryDecision;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.instance.EndReason;
import dev.orrery.scheduler.instance.InstanceMetrics;
import dev.orrery.scheduler.instance.InstanceState;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Cancels many instances at once, as part of a caller's transaction. */
@ApplicationScoped
public class BulkCancellation {
  private final CancelConfig config;
  private final HintBus hints;
  private final InstanceMetrics metrics;

  BulkCancellation(CancelConfig config, HintBus hints, InstanceMetrics metrics) {
    this.config = config;
    this.hints = hints;
    this.metrics = metrics;
  }

  /**
   * Cancels all that is active of these jobs; the caller holds the locks of their triggers.
   *
   * @return to be run after the commit
   */
  public Runnable cancelAllOf(Connection connection, Collection<Long> jobs, EndReason reason)
      throws SQLException {
    return jobs.isEmpty()
        ? () -> {}
        : cancel(connection, InstanceCommandStore.lockAllOf(connection, jobs), reason);
  }

  /**
   * Cancels what is active of the fires of a job that were made from one id to another; the caller
   * holds the lock of its trigger.
   *
   * @return to be run after the commit
   */
  public Runnable cancelFiresBetween(
      Connection connection, long job, long first, long last, EndReason reason)
      throws SQLException {
    return cancel(
        connection, InstanceCommandStore.lockFiresBetween(connection, job, first, last), reason);
  }

  /**
   * The result of a cancel.
   *
   * @param count of instances
   * @param afterCommit to be run after the commit
   */
  record Canceled(int count, Runnable afterCommit) {}

  /** Cancels those of the instances that are in one of the states, under all locks. */
  Canceled cancelThose(
      Connection connection, Collection<Long> ids, Set<InstanceState> states, EndReason reason)
      throws SQLException {
    AttemptCompletionStore.lockTriggers(connection, ids);
    List<Locked> locked = InstanceCommandStore.lockThose(connection, ids, states);
    Runnable afterCommit = cancel(connection, locked, reason);
    Optional<Duration> next =
        AttemptCompletionStore.fireAfterDelay(
            connection,
            locked.stream()
                .filter(one -> one.drivesFixedDelay() && one.state() != InstanceState.RUNNING)
                .map(Locked::jobId)
                .collect(Collectors.toSet()));
    return new Canceled(
        locked.size(),
        () -> {
          afterCommit.run();
          next.ifPresent(hints::dueIn);
        });
  }

  private Runnable cancel(Connection connection, List<Locked> locked, EndReason reason)
      throws SQLException {
    List<Locked> running =
        locked.stream().filter(one -> one.state() == InstanceState.RUNNING).toList();
    InstanceCommandStore.requestCancel(
        connection,
        running.stream().map(one -> one.attempt().instance()).toList(),
        config.gracePeriod());
    HistoryWriter history = new HistoryWriter();
    RetryDecision.Finish end = new RetryDecision.Finish(InstanceState.CANCELED, reason);
    locked.stream()
        .filter(one -> one.state() != InstanceState.RUNNING)
        .forEach(one -> history.addUnstarted(one.attempt().instance(), end));
    history.write(connection);
    Set<Long> limited =
        locked.stream().filter(Locked::limited).map(Locked::jobId).collect(Collectors.toSet());
    return () -> {
      metrics.ended(InstanceState.CANCELED, locked.size() - running.size());
      running.forEach(one -> hints.publish(new Hint.CancelRequested(one.session(), one.attempt())));
      if (!running.isEmpty()) {
        hints.dueIn(config.gracePeriod());
      }
      hints.unblock(limited);
    };
  }
}
