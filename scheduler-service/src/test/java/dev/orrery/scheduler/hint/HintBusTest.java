package dev.orrery.scheduler.hint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A hint reaches all listeners of this replica and all forwarders. */
class HintBusTest {
  private static final Hint HINT = new Hint.JobsChanged();

  private final HintBus hints = new HintBus();
  private final List<Hint> heard = new ArrayList<>();
  private final List<Hint> forwarded = new ArrayList<>();

  @Test
  void listenerThatFailsKeepsTheHintFromNeitherTheOthersNorThePublisher() {
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
}
