package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Await;
import dev.orrery.it.harness.ProgramProcess;
import dev.orrery.it.harness.Stack;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A scheduler that runs out of the memory in which it reads and writes. */
@Tag("thorough")
class DirectMemoryIT {
  /** Enough to start, and less than a few requests need. */
  private static final String TOO_LITTLE = "-XX:MaxDirectMemorySize=1m";

  @Test
  void endsWithTheExitCodeOfAFullHeap() {
    try (Stack stack = new Stack("direct-memory", TOO_LITTLE)) {
      ProgramProcess scheduler = stack.launchScheduler();

      Await.until(
          "the end of the scheduler",
          Duration.ofSeconds(60),
          () -> {
            stack.isReady();
            return !scheduler.isAlive();
          });

      assertThat(scheduler.awaitExit(Duration.ofSeconds(1))).isEqualTo(3);
      assertThat(scheduler.output()).contains("Out of memory");
    }
  }
}
