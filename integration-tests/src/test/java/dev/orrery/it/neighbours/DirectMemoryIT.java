package dev.orrery.it.neighbours;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.ProgramProcess;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests a scheduler that runs out of direct memory. */
@Tag("thorough")
@AtNight
class DirectMemoryIT {
  /** Enough for the start, and less than the unread responses of callers may use. */
  private static final String TOO_LITTLE = "-XX:MaxDirectMemorySize=2m";

  @Test
  void endsProcessWhenDirectMemoryIsExhausted() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (Stack stack = new Stack("direct-memory", TOO_LITTLE)) {
      ProgramProcess scheduler = stack.startScheduler();
      String request = DeafClients.get("/console/", null);
      try (DeafClients clients = new DeafClients(stack.apiPort(), 40, request, 400)) {
        var unused = threads.submit(() -> clients.sendUntil(() -> !scheduler.isAlive()));

        assertThat(scheduler.awaitExit(Duration.ofSeconds(60))).isEqualTo(3);
        assertThat(scheduler.output()).contains("Out of memory");
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
