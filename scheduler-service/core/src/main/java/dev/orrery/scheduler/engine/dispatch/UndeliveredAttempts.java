package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.engine.completion.AfterCommit;
import dev.orrery.scheduler.engine.completion.AttemptCompletionService;
import dev.orrery.scheduler.engine.completion.EndedAttempt;
import dev.orrery.scheduler.model.instance.AttemptEnd;
import dev.orrery.scheduler.model.instance.Fence;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * Ends attempts that were claimed for a session and canceled before its worker got them. They are
 * not sent again, so no worker would report them before the grace period of the cancel is over.
 */
@ApplicationScoped
class UndeliveredAttempts {
  private final EngineDatabase database;
  private final AttemptCompletionService completion;
  private final HintBus hints;

  UndeliveredAttempts(EngineDatabase database, AttemptCompletionService completion, HintBus hints) {
    this.database = database;
    this.completion = completion;
    this.hints = hints;
  }

  /**
   * Ends undelivered attempts; blocks.
   *
   * @param canceled attempts of the session with a cancel request, read before its newest poll was
   *     answered
   * @param held attempts that this poll names; their worker reports them
   */
  void end(UUID session, Collection<AttemptRef> canceled, Collection<AttemptRef> held) {
    List<EndedAttempt> undelivered =
        canceled.stream()
            .filter(attempt -> !held.contains(attempt))
            .map(attempt -> new Fence(attempt, session))
            .map(fence -> EndedAttempt.declared(fence, AttemptEnd.CANCELED, null))
            .toList();
    if (undelivered.isEmpty()) {
      return;
    }
    AfterCommit afterCommit =
        database.transaction(connection -> completion.complete(connection, undelivered));
    afterCommit.publish(hints);
  }
}
