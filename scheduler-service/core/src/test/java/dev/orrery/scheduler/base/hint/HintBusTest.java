package dev.orrery.scheduler.base.hint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.SessionHandle;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.testkit.CapturedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A hint reaches all listeners of this replica and all forwarders. */
class HintBusTest {
  private static final Hint HINT = new Hint.JobsChanged();

  private final HintBus hints = new HintBus();
  private final List<Hint> heard = new ArrayList<>();
  private final List<Hint> forwarded = new ArrayList<>();

  @Test
  void deliversHintDespiteFailingListener() {
    hints.listen(
        hint -> {
          throw new IllegalStateException("a bug");
        });
    hints.listen(heard::add);
    hints.addForwarder(forwarded::add);

    hints.publish(HINT);

    assertThat(heard).containsExactly(HINT);
    assertThat(forwarded).containsExactly(HINT);
  }

  @Test
  void logsHintWithoutSecretSessionId() {
    UUID session = UUID.randomUUID();
    hints.listen(
        hint -> {
          throw new IllegalStateException("a bug");
        });

    try (CapturedLog log = CapturedLog.of(HintBus.class)) {
      hints.publishLocal(new Hint.SessionEnded(session));
      hints.publishLocal(new Hint.CancelRequested(session, new AttemptRef(1, 2)));

      assertThat(log.lines())
          .hasSize(2)
          .allSatisfy(line -> assertThat(line).contains(SessionHandle.of(session)))
          .noneMatch(line -> line.contains(session.toString()));
    }
  }
}
