package dev.orrery.scheduler.engine.fire;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.engine.completion.AfterCommit;
import dev.orrery.scheduler.engine.completion.AttemptCompletionService;
import dev.orrery.scheduler.engine.completion.EndedAttempt;
import dev.orrery.scheduler.model.instance.AttemptEnd;
import dev.orrery.scheduler.model.instance.Fence;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Ends attempts that exceed their time-out, or the grace period of a cancel request. The scheduler
 * sets the deadline, on the database's clock.
 */
@ApplicationScoped
public class AttemptTimeoutService {
  private static final int BATCH_SIZE = 500;
  public static final String ERROR =
      "ended by the scheduler: it took longer than its time limit, and its worker did not stop it";

  /** A part of a broadcast is given to its worker whether or not that has a free slot. */
  private static final String PINNED_ERROR = ERROR + " or had no free slot to begin it";

  /** The cast keeps the planner from reading the index of all running instances. */
  private static final String OVERDUE =
      """
      select id, attempt, session_id, part is not null and started_at = due_at as pinned
      from instance
      where deadline_at <= statement_timestamp() and state::integer = :RUNNING
      order by deadline_at
      limit ?
      """
          .transform(StateCode::resolve);

  private final EngineDatabase database;
  private final AttemptCompletionService completion;
  private final HintBus hints;

  public AttemptTimeoutService(
      EngineDatabase database, AttemptCompletionService completion, HintBus hints) {
    this.database = database;
    this.completion = completion;
    this.hints = hints;
  }

  /**
   * Ends overdue attempts, at most one batch; blocks.
   *
   * @return the number of ended attempts
   */
  public int endOverdue() {
    AfterCommit afterCommit =
        database.transaction(
            connection -> {
              List<EndedAttempt> overdue =
                  SqlStatement.of(connection, OVERDUE)
                      .with(BATCH_SIZE)
                      .list(
                          row ->
                              EndedAttempt.declared(
                                  Fence.read(row),
                                  AttemptEnd.TIMED_OUT,
                                  row.getBoolean("pinned") ? PINNED_ERROR : ERROR));
              return completion.complete(connection, overdue);
            });
    // The worker may still run the attempt: it gets a cancel, and its report will be stale.
    afterCommit
        .completed()
        .forEach(
            fence -> hints.publish(new Hint.CancelRequested(fence.session(), fence.attempt())));
    afterCommit.publish(hints);
    return afterCommit.completed().size();
  }
}
