package dev.orrery.scheduler.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.ScriptedDatabase;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.RecordedHints;
import dev.orrery.scheduler.engine.completion.AfterCommit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Hints that follow the end of undelivered attempts. {@code UndeliveredAttemptTest} ends them in a
 * database.
 */
class UndeliveredAttemptsTest {
  private static final AttemptRef ATTEMPT = new AttemptRef(1, 1);

  private final ScriptedDatabase database = new ScriptedDatabase();
  private final HintBus hints = new HintBus();
  private final RecordedHints heard = RecordedHints.on(hints);
  private final UndeliveredAttempts undelivered = new UndeliveredAttempts(database, null, hints);

  @Test
  void publishesUnblockHintForCanceledUndeliveredAttempt() {
    database.answering(new AfterCommit(Set.of(), Set.of(), Set.of(42L), Set.of(), null, () -> {}));

    undelivered.end(UUID.randomUUID(), List.of(ATTEMPT), List.of());

    assertThat(heard.all()).containsExactly(new Hint.Unblock(Set.of(42L)));
  }

  @Test
  void keepsCanceledAttemptHeldByWorker() {
    undelivered.end(UUID.randomUUID(), List.of(ATTEMPT), List.of(ATTEMPT));

    assertThat(heard.all()).isEmpty();
  }
}
