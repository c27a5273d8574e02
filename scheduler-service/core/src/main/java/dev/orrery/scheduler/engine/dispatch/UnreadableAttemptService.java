package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.engine.completion.AfterCommit;
import dev.orrery.scheduler.engine.completion.AttemptCompletionService;
import dev.orrery.scheduler.engine.completion.EndedAttempt;
import dev.orrery.scheduler.engine.dispatch.AssignmentBatch.Unreadable;
import dev.orrery.scheduler.model.instance.AttemptEnd;
import dev.orrery.scheduler.model.instance.Fence;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Requeues claimed attempts that this release cannot deliver, because it cannot read their job or
 * their parameters, or because their version is of another job. They run again after a delay, in
 * which an upgrade or an edit may make them readable.
 *
 * <p>Also takes back attempts whose worker's token became invalid between claim and answer. They
 * run again at once.
 */
@ApplicationScoped
class UnreadableAttemptService {
  private static final Logger LOG = Logger.getLogger(UnreadableAttemptService.class);
  private static final String ERROR = "not sent to a worker: ";

  private static final String CALLER_REFUSED = ERROR + "its token was revoked or has expired";

  private final EngineDatabase database;
  private final AttemptCompletionService completion;
  private final HintBus hints;

  UnreadableAttemptService(
      EngineDatabase database, AttemptCompletionService completion, HintBus hints) {
    this.database = database;
    this.completion = completion;
    this.hints = hints;
  }

  /**
   * Takes back attempts that no worker holds; blocks. A failure is logged: the next read of the
   * session finds the attempts again.
   *
   * @param held attempts that their worker names as held: another release has sent them
   */
  void takeBack(List<Unreadable> unreadable, Collection<AttemptRef> held) {
    List<EndedAttempt> ended =
        unreadable.stream()
            .filter(one -> !held.contains(one.row().attempt()))
            .map(
                one ->
                    EndedAttempt.unreadable(
                        new Fence(one.row().attempt(), one.row().session()), ERROR + one.reason()))
            .toList();
    if (ended.isEmpty()) {
      return;
    }
    try {
      complete(ended);
      LOG.warnf(
          "Requeued attempts whose job or parameters cannot be read: count=%d firstInstance=%d: %s",
          ended.size(), ended.get(0).fence().attempt().instance(), ended.get(0).error());
    } catch (RuntimeException e) {
      LOG.warnf(
          "Failed to requeue attempts whose job or parameters cannot be read; the next poll of their"
              + " worker retries: count=%d: %s",
          ended.size(), e.getMessage());
    }
  }

  /**
   * Takes back attempts that were not sent, because the caller of the poll is not trusted; blocks.
   * A failure is logged: the attempts then run again when the lease of their session is over.
   */
  void takeBackUnsent(List<Fence> unsent) {
    if (unsent.isEmpty()) {
      return;
    }
    try {
      complete(
          unsent.stream()
              .map(fence -> EndedAttempt.declared(fence, AttemptEnd.HANDED_BACK, CALLER_REFUSED))
              .toList());
      LOG.infof(
          "Requeued attempts whose worker no longer has a valid token: count=%d", unsent.size());
    } catch (RuntimeException e) {
      LOG.warnf(
          "Failed to requeue unsent attempts; they will be retried when their lease expires: count=%d: %s",
          unsent.size(), e.getMessage());
    }
  }

  private void complete(List<EndedAttempt> ended) {
    AfterCommit afterCommit =
        database.transaction(connection -> completion.complete(connection, ended));
    afterCommit.publish(hints);
  }
}
