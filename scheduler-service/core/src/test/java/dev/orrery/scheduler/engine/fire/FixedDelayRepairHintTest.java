package dev.orrery.scheduler.engine.fire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.ScriptedDatabase;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.RecordedHints;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Hints of the repair; {@link FixedDelayRepairTest} runs its statement on a database. */
class FixedDelayRepairHintTest {
  private final ScriptedDatabase database = new ScriptedDatabase();
  private final HintBus hints = new HintBus();
  private final RecordedHints heard = RecordedHints.on(hints);
  private final FixedDelayRepair repair = new FixedDelayRepair(database, hints);

  @Test
  void publishesDueHintForRepairedTriggers() {
    database.answering(2);

    assertThat(repair.repair()).isEqualTo(2);

    assertThat(heard.all()).containsExactly(new Hint.DueIn(Duration.ZERO));
  }

  @Test
  void publishesNoHintWithoutRepairedTriggers() {
    database.answering(0);

    assertThat(repair.repair()).isZero();

    assertThat(heard.all()).isEmpty();
  }
}
