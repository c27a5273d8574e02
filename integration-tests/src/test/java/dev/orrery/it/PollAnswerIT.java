package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.CuttingProxy;
import dev.orrery.it.harness.Stack;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tests lost responses between scheduler and agent. */
@AtNight
class PollAnswerIT {

  @Test
  void runsAttemptsOfLostPollResponseBeforeLeaseExpiry() throws IOException {
    try (Stack stack = new Stack("poll-cut");
        CuttingProxy proxy = proxyFor(stack)) {
      stack.startScheduler();
      stack.api().putJob(Stack.APP, "noop", "{\"processor\":{\"type\":\"noop\"}}");
      stack.startAgentAt(proxy.port());
      proxy.cutNextAnswerWith("\"attempts\":[{");

      long begun = System.nanoTime();
      String id = stack.api().run(Stack.APP, "noop");
      stack.api().awaitState(id, "SUCCEEDED", Duration.ofSeconds(10));

      double seconds = Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1000.0;
      assertThat(proxy.cuts()).isEqualTo(1);
      assertThat(stack.api().instance(id).get("attempt").asInt()).isEqualTo(1);
      System.out.printf(
          "PollAnswerIT: the answer was cut off, its attempt ran after %.1f s (lease 30 s)%n",
          seconds);
    }
  }

  private static CuttingProxy proxyFor(Stack stack) {
    return new CuttingProxy(stack.httpPort());
  }
}
