package dev.orrery.scheduler.engine.command;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.engine.command.InstanceCommandStore.Locked;
import dev.orrery.scheduler.engine.command.InstanceCommandStore.Retried;
import dev.orrery.scheduler.engine.completion.AttemptCompletionStore;
import dev.orrery.scheduler.engine.submission.IdempotencyStore;
import dev.orrery.scheduler.engine.submission.Submission.Idempotency;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.instance.InstanceState;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Cancels and retries instances for users. Each method has committed when it returns. */
@ApplicationScoped
public class InstanceCommandService {
  private final EngineDatabase database;
  private final BulkCancellation cancellation;
  private final HintBus hints;

  InstanceCommandService(EngineDatabase database, BulkCancellation cancellation, HintBus hints) {
    this.database = database;
    this.cancellation = cancellation;
    this.hints = hints;
  }

  private record Done(CancelEffect effect, Runnable afterCommit) {}

  /**
   * Cancels an instance. A waiting instance ends immediately. A running one is asked to stop, and
   * ends after the grace period at the latest; a flow first runs its nodes with {@code when:
   * ended}.
   *
   * @param again whether a cancel of a flow that is ending cancels these nodes, too
   * @throws ProblemException {@code INSTANCE_NOT_FOUND}, {@code ALREADY_TERMINAL}
   */
  public CancelEffect cancel(Caller caller, long id, boolean again) {
    Done done = database.transaction(connection -> cancel(connection, caller, id, again));
    done.afterCommit().run();
    return done.effect();
  }

  /**
   * Cancels an instance that has not started.
   *
   * @return false, and cancels nothing, if it has started or does not wait any more
   */
  public boolean cancelUnstarted(Caller caller, long id) {
    Optional<Runnable> canceled =
        database.transaction(
            connection -> {
              AttemptCompletionStore.lockTriggers(connection, Set.of(id));
              Optional<Locked> found = InstanceCommandStore.lock(connection, id, caller.appId());
              return found.isEmpty() || found.get().attempt().attempt() > 0
                  ? Optional.empty()
                  : Optional.of(cancel(connection, found.get()));
            });
    canceled.ifPresent(Runnable::run);
    return canceled.isPresent();
  }

  private Done cancel(Connection connection, Caller caller, long id, boolean again)
      throws SQLException {
    // Locks the trigger before the instance, as everywhere.
    AttemptCompletionStore.lockTriggers(connection, Set.of(id));
    Optional<Locked> found = InstanceCommandStore.lock(connection, id, caller.appId());
    if (found.isEmpty()) {
      throw InstanceCommandStore.hasEnded(connection, id, caller.appId())
              || InstanceCommandStore.parentOfEnded(connection, id, caller.appId()).isPresent()
          ? ProblemException.of(ErrorCode.ALREADY_TERMINAL, "Instance " + id + " has ended.")
          : notFound(id);
    }
    Locked instance = found.get();
    if (!again && InstanceCommandStore.isEnding(connection, id)) {
      return new Done(CancelEffect.NOTHING, () -> {});
    }
    Runnable afterCommit = cancel(connection, instance);
    if (!instance.state().hasStarted()) {
      return new Done(CancelEffect.CANCELED, afterCommit);
    }
    if (again
        && instance.state() == InstanceState.AWAITING
        && cancellation.endNow(connection, List.of(id), instance.canceled()) > 0) {
      return new Done(CancelEffect.ENDED_NODES_CANCELED, afterCommit);
    }
    return new Done(
        instance.canceled() ? CancelEffect.NOTHING : CancelEffect.REQUESTED, afterCommit);
  }

  /** Returns the hints to publish after the commit. */
  private Runnable cancel(Connection connection, Locked instance) throws SQLException {
    return cancellation
        .cancelLocked(connection, List.of(instance), EndReason.CANCELED)
        .afterCommit();
  }

  /**
   * Runs an ended instance again as a new instance.
   *
   * @return the id of the new instance
   * @throws ProblemException {@code INSTANCE_NOT_FOUND}, {@code NOT_TERMINAL}, {@code
   *     JOB_NOT_FOUND} if the job was deleted
   */
  public long retry(Caller caller, long id) {
    return retry(caller, id, (connection, retry) -> {});
  }

  /**
   * As {@link #retry(Caller, long)}.
   *
   * @param call null if it has no key; a repeated one returns the id of the first
   * @throws ProblemException also {@code INVALID} for a mode that does not fit the instance, and
   *     for a key of another call
   */
  long retry(Caller caller, long id, RetryMode mode, Idempotency call) {
    return switch (mode) {
      case ALL -> retry(caller, id, call, (connection, retry) -> {});
      case FAILED ->
          retry(
              caller,
              id,
              call,
              (connection, retry) -> {
                switch (InstanceCommandStore.reuseSucceededNodes(connection, id, retry)) {
                  case REUSED -> {}
                  case NOT_STORED ->
                      throw needsModeAll(
                          id, "has no stored nodes: it was not a flow, or they were deleted");
                  case NOT_A_FLOW -> throw needsModeAll(id, "is of a job that is not a flow");
                }
              });
    };
  }

  private static ProblemException needsModeAll(long id, String reason) {
    return ProblemException.invalid(
        "mode", "'mode' must be all, because instance " + id + " " + reason + ".");
  }

  /** Stores something of the caller with a retry. If it throws, nothing is retried. */
  @FunctionalInterface
  public interface RetryNote {
    /** Runs in the transaction of the retry, with the id of the new instance. */
    void store(Connection connection, long retry) throws SQLException;
  }

  /** As {@link #retry(Caller, long)}, with a note in the same transaction. */
  public long retry(Caller caller, long id, RetryNote note) {
    return publish(database.transaction(connection -> retried(connection, caller, id, note)));
  }

  private long retry(Caller caller, long id, Idempotency call, RetryNote note) {
    if (call == null) {
      return retry(caller, id, note);
    }
    // Nothing is made if an earlier call made the retry.
    record Answer(long retry, Optional<Retried> made) {}
    Answer answer =
        database.transaction(
            connection -> {
              int app =
                  InstanceCommandStore.appOf(connection, id, caller.appId())
                      .orElseThrow(() -> notRetried(connection, caller, id));
              Optional<List<Long>> before = IdempotencyStore.findOrReserve(connection, app, call);
              if (before.isPresent()) {
                return new Answer(before.get().get(0), Optional.empty());
              }
              Retried made = retried(connection, caller, id, note);
              IdempotencyStore.keep(connection, app, call, List.of(made.id()));
              return new Answer(made.id(), Optional.of(made));
            });
    answer.made().ifPresent(this::publish);
    return answer.retry();
  }

  private long publish(Retried made) {
    hints.lanesReady(Set.of(made.laneId()));
    hints.unblock(Set.of(made.jobId()));
    return made.id();
  }

  private static Retried retried(Connection connection, Caller caller, long id, RetryNote note)
      throws SQLException {
    Retried made =
        retried(connection, caller, id).orElseThrow(() -> notRetried(connection, caller, id));
    note.store(connection, made.id());
    return made;
  }

  private static Optional<Retried> retried(Connection connection, Caller caller, long id)
      throws SQLException {
    Optional<Retried> made = InstanceCommandStore.retry(connection, id, caller.appId());
    // An instance that ended since that statement began is neither active nor was it found.
    return made.isPresent() || InstanceCommandStore.lock(connection, id, caller.appId()).isPresent()
        ? made
        : InstanceCommandStore.retry(connection, id, caller.appId());
  }

  private static ProblemException notRetried(Connection connection, Caller caller, long id) {
    try {
      if (InstanceCommandStore.lock(connection, id, caller.appId()).isPresent()) {
        return ProblemException.of(
            ErrorCode.NOT_TERMINAL,
            "Instance " + id + " has not ended; only ended ones are retried.");
      }
      if (InstanceCommandStore.hasEnded(connection, id, caller.appId())) {
        return ProblemException.of(
            ErrorCode.JOB_NOT_FOUND, "The job of instance " + id + " was deleted.");
      }
      Optional<Long> parent = InstanceCommandStore.parentOfEnded(connection, id, caller.appId());
      if (parent.isPresent()) {
        return ProblemException.of(
            ErrorCode.INVALID,
            "Instance "
                + id
                + " is a part, which is not retried alone; retry its parent "
                + parent.get()
                + ".");
      }
      return notFound(id);
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  private static ProblemException notFound(long id) {
    return ProblemException.of(ErrorCode.INSTANCE_NOT_FOUND, "There is no instance " + id + ".");
  }
}
