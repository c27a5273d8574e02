package dev.orrery.scheduler.engine.fire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.ScriptedDatabase;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.RecordedHints;
import dev.orrery.scheduler.engine.fire.DuePromoter.Promoted;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Hints that are published for promoted instances. */
class DuePromoterHintsTest {
  private final ScriptedDatabase database = new ScriptedDatabase();
  private final HintBus hints = new HintBus();
  private final RecordedHints heard = RecordedHints.on(hints);
  private final DuePromoter dueInstances = new DuePromoter(database, hints);

  @Test
  void publishesReadyLanesAndBlockedJobsAsHints() {
    database.answering(
        List.of(
            new Promoted(7, true, 41),
            new Promoted(8, true, 41),
            new Promoted(9, false, 42),
            new Promoted(9, false, 43)));

    assertThat(dueInstances.promote()).isEqualTo(4);

    assertThat(heard.all())
        .containsExactly(
            new Hint.LanesReady(Set.of(7, 8), false), new Hint.Unblock(Set.of(42L, 43L)));
  }

  @Test
  void publishesNoHintWithoutDueInstances() {
    database.answering(List.of());

    assertThat(dueInstances.promote()).isZero();

    assertThat(heard.all()).isEmpty();
  }
}
