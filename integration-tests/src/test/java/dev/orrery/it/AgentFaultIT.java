package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Journal;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ManagementPort;
import dev.orrery.testing.program.ProgramProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests agents that are killed, frozen or stopped. */
class AgentFaultIT {
  @Tag("builds")
  @Test
  void rerunsAttemptsOfKilledAgentAfterLeaseExpiry() {
    try (Stack stack = new Stack("agent-kill", Leases.options())) {
      stack.startScheduler();
      Journal journal = new Journal(stack.directory());
      putShell(stack, "work", journal.entry() + "sleep 4");
      ProgramProcess first = stack.startAgent();
      List<String> ids = stack.api().runMany(Stack.APP, "work", 5);
      Await.until("all run", Duration.ofSeconds(10), () -> journal.entries().size() == ids.size());

      first.kill();
      long killed = System.nanoTime();
      stack.startAgent();

      for (String id : ids) {
        stack.api().awaitState(id, "SUCCEEDED", Leases.untilTakenOver());
        JsonNode run = stack.api().instance(id);
        assertThat(run.get("attempt").asInt()).isEqualTo(2);
        assertThat(attemptStates(stack, id)).containsExactly("LOST", "SUCCEEDED");
      }
      System.out.printf(
          "AgentFaultIT: killed with 5 running, all succeeded again after %.1f s (lease %d s)%n",
          seconds(killed), Leases.LEASE.toSeconds());
    }
  }

  @Tag("thorough")
  @Test
  void keepsResultOfSecondAgentWhenFrozenAgentResumes() {
    try (Stack stack = new Stack("agent-freeze", Leases.options())) {
      stack.startScheduler();
      Journal journal = new Journal(stack.directory());
      putShell(stack, "work", journal.entry() + "sleep 1; echo done");
      ProgramProcess frozen = stack.startAgent("-Dorrery.worker.name=frozen");
      String id = stack.api().run(Stack.APP, "work");
      Await.until("it runs", Duration.ofSeconds(10), () -> journal.starts(id) == 1);

      frozen.pause();
      stack.startAgent("-Dorrery.worker.name=other");
      stack.api().awaitState(id, "SUCCEEDED", Leases.untilTakenOver());
      JsonNode before = stack.api().instance(id);
      assertThat(before.get("worker").asText()).isEqualTo("other");
      frozen.resume();

      // Whichever of its messages is the first: a report is found stale, and after any other answer
      // it makes none.
      Await.until(
          "the worker learns that it has lost the attempt",
          Duration.ofSeconds(20),
          () ->
              frozen.output().contains("Report rejected as stale")
                  || frozen.output().contains("Attempt lost; stopping it"));
      assertThat(stack.api().instance(id)).isEqualTo(before);
      assertThat(attemptStates(stack, id)).containsExactly("LOST", "SUCCEEDED");

      Await.until(
          "the worker has opened a second session",
          Duration.ofSeconds(20),
          () -> frozen.output().split("Session opened: ", -1).length == 3);
      String next = stack.api().run(Stack.APP, "work");
      stack.api().awaitState(next, "SUCCEEDED", Duration.ofSeconds(15));
    }
  }

  @Tag("builds")
  @Tag("thorough")
  @Test
  void drainsShortRunsAndHandsBackInterruptedRunsOnStop() {
    try (Stack stack = new Stack("agent-drain")) {
      stack.startScheduler();
      Journal journal = new Journal(stack.directory());
      putShell(stack, "short", journal.entry() + "sleep 2");
      putShell(stack, "long", journal.entry() + "test $ORRERY_ATTEMPT -gt 1 || sleep 60");
      putShell(
          stack,
          "tidy",
          journal.entry()
              + "trap 'exit 0' TERM; test $ORRERY_ATTEMPT -gt 1 || { sleep 60 & wait; }");
      ProgramProcess leaving =
          stack.startAgent(
              "-Dorrery.worker.drain-timeout=4s", "-Dorrery.worker.kill-grace-period=2s");
      List<String> shortRuns = stack.api().runMany(Stack.APP, "short", 5);
      List<String> longRuns = new ArrayList<>(stack.api().runMany(Stack.APP, "long", 5));
      // The exit code 0 of a program that was told to stop is no success.
      longRuns.addAll(stack.api().runMany(Stack.APP, "tidy", 2));
      Await.until("all run", Duration.ofSeconds(10), () -> journal.entries().size() == 12);

      leaving.terminate();
      Await.until(
          "it drains",
          Duration.ofSeconds(4),
          () ->
              stack
                  .agentCheck("/ready", "agreement")
                  .at("/data/phase")
                  .asText()
                  .equals("DRAINING"));
      assertThat(new ManagementPort(stack.agentManagementPort()).ask("/live").status())
          .isEqualTo(200);
      assertThat(stack.agentMetrics()).contains("orrery_worker_attempts_running");
      leaving.awaitExit(Duration.ofSeconds(20));
      for (String id : shortRuns) {
        assertThat(stack.api().state(id)).isEqualTo("SUCCEEDED");
        assertThat(stack.api().instance(id).get("attempt").asInt()).isEqualTo(1);
      }
      for (String id : longRuns) {
        assertThat(stack.api().state(id)).isEqualTo("WAITING");
      }

      stack.startAgent();
      for (String id : longRuns) {
        stack.api().awaitState(id, "SUCCEEDED", Duration.ofSeconds(15));
        assertThat(attemptStates(stack, id)).containsExactly("HANDED_BACK", "SUCCEEDED");
      }
      assertThat(shortRuns).allMatch(id -> journal.starts(id) == 1);
      assertThat(longRuns).allMatch(id -> journal.starts(id) == 2);
    }
  }

  private static void putShell(Stack stack, String job, String script) {
    stack
        .api()
        .putJob(
            Stack.APP, job, "{\"processor\":{\"type\":\"shell\",\"script\":\"" + script + "\"}}");
  }

  private static List<String> attemptStates(Stack stack, String id) {
    return stack.api().get("/instances/" + id + "/attempts").get("items").findValuesAsText("state");
  }

  private static double seconds(long since) {
    return Duration.ofNanos(System.nanoTime() - since).toMillis() / 1000.0;
  }
}
