package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.MachineLoad;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests a job that fires every second, through real processes. */
class FireIT {
  /** {@code -Dorrery.it.seconds=60} runs longer. */
  private static final int SECONDS = Integer.getInteger("orrery.it.seconds", 8);

  @Test
  void firesEverySecondExactlyOnce() {
    try (Stack stack = new Stack("fire")) {
      stack.startScheduler();
      stack.startAgent();
      Instant from = Instant.now();
      stack
          .api()
          .putJob(
              Stack.APP,
              "tick",
              "{\"trigger\":{\"cron\":\"* * * * * *\"},\"overlap\":\"allow\","
                  + "\"processor\":{\"type\":\"noop\"}}");

      Await.pass(Duration.ofSeconds(SECONDS));
      stack
          .api()
          .putJob(
              Stack.APP,
              "tick",
              "{\"trigger\":{\"cron\":\"* * * * * *\"},\"overlap\":\"allow\",\"enabled\":false,"
                  + "\"processor\":{\"type\":\"noop\"}}");
      // On a busy machine, the calls themselves take a while.
      int atMost = (int) Duration.between(from, Instant.now()).toSeconds() + 1;
      Await.until(
          "all have ended",
          Duration.ofSeconds(5),
          () -> stack.api().states(Stack.APP, "tick").keySet().equals(Set.of("SUCCEEDED")));

      List<JsonNode> runs = stack.api().instances(Stack.APP, "tick");
      List<Instant> fireTimes =
          runs.stream().map(run -> Instant.parse(run.get("fireTime").asText())).sorted().toList();
      assertThat(fireTimes).doesNotHaveDuplicates();
      assertThat(fireTimes.size()).isBetween(SECONDS - 1, atMost);
      for (int i = 1; i < fireTimes.size(); i++) {
        assertThat(fireTimes.get(i)).isEqualTo(fireTimes.get(i - 1).plusSeconds(1));
      }
      List<Long> lateness =
          runs.stream().map(run -> millisBetween(run, "fireTime", "startedAt")).sorted().toList();
      System.out.printf(
          "FireIT: %d s, %d fire times, each once, started after ms: %s%n",
          SECONDS, fireTimes.size(), lateness);
      assertThat(lateness.get(lateness.size() / 2))
          .as("median lateness in ms")
          .isLessThan(MachineLoad.stretch(Duration.ofMillis(250)).toMillis());
    }
  }

  private static long millisBetween(JsonNode run, String from, String to) {
    return Duration.between(
            Instant.parse(run.get(from).asText()), Instant.parse(run.get(to).asText()))
        .toMillis();
  }
}
