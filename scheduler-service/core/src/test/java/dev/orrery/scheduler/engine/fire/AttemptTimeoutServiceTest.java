package dev.orrery.scheduler.engine.fire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.ScriptedDatabase;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.RecordedHints;
import dev.orrery.scheduler.engine.completion.AfterCommit;
import dev.orrery.scheduler.model.instance.Fence;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Hints that are published for overdue attempts. */
class AttemptTimeoutServiceTest {
  private final ScriptedDatabase database = new ScriptedDatabase();
  private final HintBus hints = new HintBus();
  private final RecordedHints heard = RecordedHints.on(hints);
  private final AttemptTimeoutService deadlines = new AttemptTimeoutService(database, null, hints);

  @Test
  void publishesCancelLaneReadyAndUnblockHintsForOverdueAttempts() {
    Fence fence = new Fence(new AttemptRef(1, 2), UUID.randomUUID());
    database.answering(
        new AfterCommit(Set.of(fence), Set.of(7), Set.of(42L), Set.of(), null, () -> {}));

    assertThat(deadlines.endOverdue()).isEqualTo(1);

    assertThat(heard.all())
        .containsExactly(
            new Hint.CancelRequested(fence.session(), fence.attempt()),
            new Hint.LanesReady(Set.of(7), false),
            new Hint.Unblock(Set.of(42L)));
  }

  @Test
  void publishesNoHintWithoutOverdueAttempts() {
    database.answering(AfterCommit.NOTHING);

    assertThat(deadlines.endOverdue()).isZero();

    assertThat(heard.all()).isEmpty();
  }
}
