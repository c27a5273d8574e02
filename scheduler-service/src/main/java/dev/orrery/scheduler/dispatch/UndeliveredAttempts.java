package dev.orrery.scheduler.dispatch;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.completion.AfterCommit;
import dev.orrery.scheduler.completion.AttemptCompletionService;
import dev.orrery.scheduler.completion.EndedAttempt;
import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.instance.AttemptEnd;
import dev.orrery.scheduler.instance.Fence;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * Ends attempts that were claimed for a session and canceled before it heard of them. They are not
 * given again, so nobody would ever report them, and they would run out the grace for nothing.
 */
@ApplicationScoped
class UndeliveredAttempts {
  private final EngineDatabase database;
  private final AttemptCompletionService settlements;
  private final HintBus hints;

  UndeliveredAttempts(
      EngineDatabase database, AttemptCompletionService settlements, HintBus hints) {
    this.database = database;
    this.settlements = settlements;
    this.hints = hints;
  }

  /**
   * Ends them; blocks.
   *
   * @param canceled what the session was to stop before anything was given to its newest poll
   * @param held what that poll has named; those are its own to end
   */
  void end(UUID session, Collection<AttemptRef> canceled, Collection<AttemptRef> held) {
    List<EndedAttempt> unheard =
        canceled.stream()
            .filter(attempt -> !held.contains(attempt))
            .map(attempt -> new Fence(attempt, session))
            .map(fence -> EndedAttempt.declared(fence, AttemptEnd.CANCELED, null))
            .toList();
    if (unheard.isEmpty()) {
      return;
    }
    AfterCommit aftermath =
        database.transaction(connection -> settlements.complete(connection, unheard));
    aftermath.publish(hints);
  }
}
