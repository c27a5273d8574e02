package dev.orrery.scheduler.engine.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.ScriptedDatabase;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.RecordedHints;
import dev.orrery.scheduler.engine.command.InstanceCommandStore.Retried;
import dev.orrery.scheduler.http.security.Caller;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Hints that a command publishes after its commit. */
class InstanceCommandServiceTest {
  private final ScriptedDatabase database = new ScriptedDatabase();
  private final HintBus hints = new HintBus();
  private final RecordedHints heard = RecordedHints.on(hints);
  private final InstanceCommandService commands = new InstanceCommandService(database, null, hints);

  @Test
  void publishesLaneReadyAndUnblockHintsOnRetry() {
    database.answering(new Retried(2, 7, 42));

    assertThat(commands.retry(Caller.ADMIN, 1)).isEqualTo(2);

    assertThat(heard.all())
        .containsExactly(new Hint.LanesReady(Set.of(7), false), new Hint.Unblock(Set.of(42L)));
  }
}
