package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests the protocol akka between packaged processes on loopback. */
class AkkaIT {
  private static final Duration SECONDS = Duration.ofSeconds(40);

  private final int akkaPort = Ports.free();

  private Stack stack(String name) {
    return new Stack(
        name,
        "-Dorrery.protocols.active=akka",
        "-Dorrery.protocols.akka.port=" + akkaPort,
        "-Dorrery.session.lease=6s",
        "-Dorrery.session.renew-interval=1s");
  }

  private static ProgramProcess startAgent(Stack stack, int port) {
    return stack.startAgentAt(
        stack.apiPort(),
        "-Dorrery.worker.protocol= Akka ",
        "-Dorrery.worker.akka.port=" + port,
        "-Dorrery.worker.drain-timeout=30s");
  }

  private static void putShell(Stack stack, String job, String script) {
    stack
        .api()
        .putJob(
            Stack.APP, job, "{\"processor\":{\"type\":\"shell\",\"script\":\"" + script + "\"}}");
  }

  /**
   * Runs a long job, and waits until its process runs. The scheduler's state RUNNING is not enough:
   * an agent may be stopped before it receives the attempt, which is then handed back.
   */
  private static String runLong(Stack stack, int seconds) {
    Path begun = stack.directory().resolve("begun");
    putShell(stack, "long", "touch " + begun + "; sleep " + seconds + "; echo done");
    String running = stack.api().run(Stack.APP, "long");
    Await.until("its process runs", SECONDS, () -> Files.exists(begun));
    return running;
  }

  @Test
  void runsJobsWhenSchedulerAndAgentUseAkka() {
    try (Stack stack = stack("akka")) {
      stack.startScheduler();
      startAgent(stack, 0);
      // More lines than one message holds, in characters that take six bytes of JSON each.
      putShell(
          stack,
          "talks",
          "i=0; while [ $i -lt 60 ]; do head -c 10000 /dev/zero | tr '\\\\0' '\\\\1'; echo;"
              + " i=$((i+1)); done; echo the-end");
      stack.api().putJob(Stack.APP, "noop", "{\"processor\":{\"type\":\"noop\"}}");

      String talks = stack.api().run(Stack.APP, "talks");
      List<String> noops = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        noops.add(stack.api().run(Stack.APP, "noop"));
      }

      noops.forEach(id -> stack.api().awaitState(id, "SUCCEEDED", SECONDS));
      stack.api().awaitState(talks, "SUCCEEDED", SECONDS);
      JsonNode workers = stack.api().get("/workers").get("items");
      assertThat(workers.get(0).toString()).contains("\"akka\"");
      assertThat(stack.api().get("/protocol").get("active").toString()).isEqualTo("[\"akka\"]");
      assertThat(Ports.isFree(stack.httpPort())).isTrue();
      assertThat(Ports.isFree(akkaPort)).isFalse();
    }
  }

  @Tag("thorough")
  @Test
  void deliversAttemptLargerThanOneMessageInParts() {
    try (Stack stack = stack("akka-large")) {
      stack.startScheduler();
      startAgent(stack, 0);
      // 40,000 characters that take six bytes of JSON each: above a message, below a job document.
      stack
          .api()
          .putJob(
              Stack.APP,
              "large",
              "{\"processor\":{\"type\":\"noop\"},\"parameters\":{\"x\":\""
                  + "\\u0001".repeat(40_000)
                  + "\"}}");

      String id = stack.api().run(Stack.APP, "large");

      stack.api().awaitState(id, "SUCCEEDED", SECONDS);
    }
  }

  @Tag("thorough")
  @Test
  void reconnectsWorkerToKilledAndRestartedScheduler() {
    try (Stack stack = stack("akka-scheduler")) {
      stack.startScheduler();
      startAgent(stack, 0);
      stack.api().putJob(Stack.APP, "noop", "{\"processor\":{\"type\":\"noop\"}}");
      String running = runLong(stack, 8);

      stack.killScheduler();
      stack.startScheduler();
      long ready = System.nanoTime();
      String id = stack.api().run(Stack.APP, "noop");
      stack.api().awaitState(id, "SUCCEEDED", SECONDS);

      print("scheduler killed and started again, ready to first run ended", ready);
      stack.api().awaitState(running, "SUCCEEDED", SECONDS);
      assertThat(stack.api().instance(running).get("attempt").asInt()).isEqualTo(1);
    }
  }

  @Tag("thorough")
  @Test
  void acceptsRestartOfKilledWorkerOnTheSamePort() {
    int port = Ports.free();
    try (Stack stack = stack("akka-worker")) {
      stack.startScheduler();
      ProgramProcess agent = startAgent(stack, port);
      stack.api().putJob(Stack.APP, "noop", "{\"processor\":{\"type\":\"noop\"}}");
      stack.api().awaitState(stack.api().run(Stack.APP, "noop"), "SUCCEEDED", SECONDS);

      agent.kill();
      long killed = System.nanoTime();
      startAgent(stack, port);
      stack.api().awaitState(stack.api().run(Stack.APP, "noop"), "SUCCEEDED", SECONDS);

      print("worker killed and started again, killed to first run ended", killed);
    }
  }

  @Tag("thorough")
  @Test
  void finishesActiveRunAndUnregistersWorkerOnStop() {
    try (Stack stack = stack("akka-drain")) {
      stack.startScheduler();
      ProgramProcess agent = startAgent(stack, 0);
      String running = runLong(stack, 3);

      agent.terminate();

      assertThat(agent.awaitExit(SECONDS)).isIn(0, 143);
      assertThat(stack.api().state(running)).isEqualTo("SUCCEEDED");
      assertThat(stack.api().instance(running).get("attempt").asInt()).isEqualTo(1);
      assertThat(stack.api().get("/workers").get("items")).isEmpty();
    }
  }

  private static void print(String what, long sinceNanos) {
    System.out.printf("akka: %s: %d ms%n", what, (System.nanoTime() - sinceNanos) / 1_000_000);
  }
}
