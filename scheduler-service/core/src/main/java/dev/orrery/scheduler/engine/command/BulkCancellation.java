package dev.orrery.scheduler.engine.command;

import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.engine.command.InstanceCommandStore.ActiveInstance;
import dev.orrery.scheduler.engine.command.InstanceCommandStore.Locked;
import dev.orrery.scheduler.engine.completion.AttemptCompletionStore;
import dev.orrery.scheduler.engine.completion.HistoryWriter;
import dev.orrery.scheduler.engine.completion.InstanceMetrics;
import dev.orrery.scheduler.engine.completion.RetryDecision;
import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.propagation.InstanceCancellation;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Cancels many instances as part of a caller's transaction. */
@ApplicationScoped
public class BulkCancellation implements InstanceCancellation {
  /**
   * Bounds {@link #cancelSomeOf}, because the fires of other apps wait for the same transaction.
   */
  static final int BATCH_SIZE = 250;

  public static final Set<InstanceState> ACTIVE =
      Arrays.stream(InstanceState.values())
          .filter(state -> !state.isTerminal())
          .collect(Collectors.toUnmodifiableSet());

  private final CancelConfig config;
  private final HintBus hints;
  private final InstanceMetrics metrics;

  BulkCancellation(CancelConfig config, HintBus hints, InstanceMetrics metrics) {
    this.config = config;
    this.hints = hints;
    this.metrics = metrics;
  }

  /**
   * The result of a bounded cancel.
   *
   * @param unfinished jobs that may have more active instances
   * @param afterCommit must run after the commit
   */
  public record PartlyCanceled(Set<Long> unfinished, Runnable afterCommit) {}

  /**
   * Cancels active instances of these jobs, at most {@link #BATCH_SIZE}; the caller must hold the
   * locks of their triggers.
   */
  public PartlyCanceled cancelSomeOf(Connection connection, Collection<Long> jobs, EndReason reason)
      throws SQLException {
    if (jobs.isEmpty()) {
      return new PartlyCanceled(Set.of(), () -> {});
    }
    List<ActiveInstance> found = InstanceCommandStore.activeOf(connection, jobs, BATCH_SIZE + 1);
    boolean more = found.size() > BATCH_SIZE;
    Set<Long> unfinished =
        more
            ? jobs.stream()
                .dropWhile(job -> job != found.get(BATCH_SIZE).jobId())
                .collect(Collectors.toSet())
            : Set.of();
    List<Long> ids = found.stream().limit(BATCH_SIZE).map(ActiveInstance::id).toList();
    Runnable afterCommit =
        cancel(
            connection, targets(InstanceCommandStore.lockThose(connection, ids, ACTIVE)), reason);
    return new PartlyCanceled(unfinished, afterCommit);
  }

  @Override
  public Runnable cancel(Connection connection, Collection<Target> instances, Cause cause)
      throws SQLException {
    return cancel(
        connection,
        instances,
        switch (cause) {
          case JOB_DELETED -> EndReason.JOB_DELETED;
          case JOB_DISABLED -> EndReason.JOB_DISABLED;
          case BACKFILL_CANCELED -> EndReason.BACKFILL_CANCELED;
        });
  }

  /**
   * The result of a cancel.
   *
   * @param count the number of instances that were ended or asked to stop
   * @param afterCommit must run after the commit
   */
  public record Canceled(int count, Runnable afterCommit) {}

  /** Locks the triggers, then cancels the instances that are in one of the states. */
  public Canceled cancelThose(
      Connection connection, Collection<Long> ids, Set<InstanceState> states, EndReason reason)
      throws SQLException {
    AttemptCompletionStore.lockTriggers(connection, ids);
    return cancelLocked(
        connection, InstanceCommandStore.lockThose(connection, ids, states), reason);
  }

  /** As {@link InstanceCommandStore#endNow}. */
  public int endNow(Connection connection, Collection<Long> flows, boolean canceled)
      throws SQLException {
    return InstanceCommandStore.endNow(connection, flows, canceled);
  }

  /** Cancels locked instances; the caller must also hold the locks of their triggers. */
  Canceled cancelLocked(Connection connection, List<Locked> locked, EndReason reason)
      throws SQLException {
    Runnable afterCommit = cancel(connection, targets(locked), reason);
    Optional<Duration> next =
        AttemptCompletionStore.fireAfterDelay(
            connection,
            locked.stream()
                .filter(instance -> instance.drivesFixedDelay() && !instance.state().hasStarted())
                .map(Locked::jobId)
                .collect(Collectors.toSet()));
    return new Canceled(
        locked.size(),
        () -> {
          afterCommit.run();
          next.ifPresent(hints::dueIn);
        });
  }

  private static List<Target> targets(List<Locked> locked) {
    return locked.stream()
        .map(
            instance ->
                new Target(
                    instance.attempt(),
                    instance.jobId(),
                    instance.session(),
                    instance.state().hasStarted(),
                    instance.limited(),
                    instance.part()))
        .toList();
  }

  private Runnable cancel(Connection connection, Collection<Target> instances, EndReason reason)
      throws SQLException {
    List<Target> running = instances.stream().filter(Target::running).toList();
    InstanceCommandStore.requestCancel(
        connection,
        running.stream().map(instance -> instance.attempt().instance()).toList(),
        reason,
        config.gracePeriod());
    RetryDecision.Finish end = new RetryDecision.Finish(InstanceState.CANCELED, reason);
    List<Long> waiting = waiting(instances, false);
    List<Long> waitingParts = waiting(instances, true);
    Set<Long> parents = new HashSet<>(HistoryWriter.endUnstarted(connection, waiting, end));
    parents.addAll(HistoryWriter.endUnstartedParts(connection, waitingParts, end));
    Set<Long> limited =
        instances.stream().filter(Target::limited).map(Target::jobId).collect(Collectors.toSet());
    return () -> {
      metrics.ended(InstanceState.CANCELED, waiting.size());
      metrics.partsEnded(InstanceState.CANCELED, waitingParts.size());
      running.stream()
          .filter(instance -> !instance.awaitsParts())
          .forEach(
              instance ->
                  hints.publish(new Hint.CancelRequested(instance.session(), instance.attempt())));
      if (!running.isEmpty()) {
        hints.dueIn(config.gracePeriod());
      }
      hints.unblock(limited);
      hints.childrenEnded(parents);
      hints.childrenEnded(
          running.stream()
              .filter(Target::awaitsParts)
              .map(instance -> instance.attempt().instance())
              .toList());
    };
  }

  private static List<Long> waiting(Collection<Target> instances, boolean parts) {
    return instances.stream()
        .filter(instance -> !instance.running() && instance.part() == parts)
        .map(instance -> instance.attempt().instance())
        .toList();
  }
}
