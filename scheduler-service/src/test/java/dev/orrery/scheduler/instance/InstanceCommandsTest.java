package dev.orrery.scheduler.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.database.ScriptedDatabase;
import dev.orrery.scheduler.hint.Heard;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.Hints;
import dev.orrery.scheduler.instance.CommandStore.Retried;
import dev.orrery.scheduler.security.Caller;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Given what was committed, these hints. */
class InstanceCommandsTest {
  private final ScriptedDatabase database = new ScriptedDatabase();
  private final Hints hints = new Hints();
  private final Heard heard = Heard.on(hints);
  private final InstanceCommands commands = new InstanceCommands(database, null, hints, null);

  @Test
  void retryTellsThatItsLaneIsReadyAndThatItsJobMayLetItIn() {
    database.answering(new Retried(2, 7, 42));

    assertThat(commands.retry(Caller.ADMIN, 1)).isEqualTo(2);

    assertThat(heard.all())
        .containsExactly(new Hint.LanesReady(Set.of(7), false), new Hint.LetIn(Set.of(42L)));
  }
}
