package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.Builds;
import dev.orrery.it.harness.Journal;
import dev.orrery.it.harness.PatchedPackage;
import dev.orrery.it.harness.PatchedPackage.Patch;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Program;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests two schedulers on one database, and outages of the database. */
class ReplicasIT {
  /** Before, during and after an outage of two seconds. */
  private static final int FIRES = 9;

  @Tag("builds")
  @Tag("fast-jar")
  @Test
  void movesSessionToSecondReplicaWhenFirstIsKilled() {
    try (Stack first = new Stack("replica-1", Leases.options());
        Postgres database = Postgres.start(first.directory());
        Stack second = new Stack("replica-2", Leases.options())) {
      ProgramProcess killed = first.startSchedulerOn(database);
      second.startSchedulerOn(database);
      Journal journal = new Journal(first.directory());
      first
          .api()
          .putJob(
              Stack.APP,
              "work",
              "{\"processor\":{\"type\":\"shell\",\"script\":\"" + journal.entry() + "sleep 3\"}}");
      ProgramProcess agent =
          first.startAgent(
              "-Dorrery.worker.server=http://localhost:"
                  + first.httpPort()
                  + ",http://localhost:"
                  + second.apiPort());
      List<String> running = first.api().runMany(Stack.APP, "work", 5);
      Await.until("all run", Duration.ofSeconds(10), () -> journal.entries().size() == 5);

      killed.kill();

      for (String id : running) {
        second.api().awaitState(id, "SUCCEEDED", Duration.ofSeconds(20));
        assertThat(second.api().instance(id).get("attempt").asInt()).isEqualTo(1);
      }
      String next = second.api().run(Stack.APP, "work");
      second.api().awaitState(next, "SUCCEEDED", Duration.ofSeconds(15));
      assertThat(agent.output()).contains("Session moved to another replica: ");
    }
  }

  @Tag("thorough")
  @Test
  void firesEachFireTimeOnceOnTwoReplicasDespiteDatabaseRestart() {
    try (Stack first = new Stack("fire-1", Leases.options());
        Postgres database = Postgres.start(first.directory());
        Stack second = new Stack("fire-2", Leases.options())) {
      first.startSchedulerOn(database);
      second.startSchedulerOn(database);
      first.startAgent();
      String document =
          "{\"trigger\":{\"cron\":\"* * * * * *\"},\"overlap\":\"allow\",\"misfire\":\"fire-all\","
              + "\"enabled\":%s,\"processor\":{\"type\":\"noop\"}}";
      first.api().putJob(Stack.APP, "tick", document.formatted("true"));

      Await.until("it fires", Duration.ofSeconds(20), () -> fires(first) >= 3);
      database.stopImmediately();
      // Long enough for fire times to be missed.
      Await.pass(Duration.ofSeconds(2));
      database.startServer();
      Await.until(
          "it fires again",
          Duration.ofSeconds(20),
          () -> first.isReady() && newestFireIsAfter(first, Instant.now().minusSeconds(2)));
      int enough = Math.max(FIRES, fires(first) + 3);
      Await.until("it goes on", Duration.ofSeconds(20), () -> fires(first) >= enough);
      first.api().putJob(Stack.APP, "tick", document.formatted("false"));
      Await.until(
          () -> "all have succeeded: " + first.api().states(Stack.APP, "tick"),
          Duration.ofSeconds(10),
          () -> first.api().states(Stack.APP, "tick").keySet().equals(Set.of("SUCCEEDED")));

      List<Instant> fireTimes =
          first.api().instances(Stack.APP, "tick").stream()
              .map(run -> Instant.parse(run.get("fireTime").asText()))
              .sorted()
              .toList();
      assertThat(fireTimes).hasSizeGreaterThanOrEqualTo(FIRES).doesNotHaveDuplicates();
      for (int i = 1; i < fireTimes.size(); i++) {
        assertThat(fireTimes.get(i)).isEqualTo(fireTimes.get(i - 1).plusSeconds(1));
      }
    }
  }

  /** The earlier release is this one, without its announcement that it knows parts. */
  @Tag("thorough")
  @Test
  void refusesFanOutUntilReplicaOfEarlierReleaseIsGone() throws IOException {
    Program earlierRelease =
        Program.at(
            PatchedPackage.of(
                Builds.ownScheduler().directory(),
                new Patch(
                    "without-fan-out",
                    "scheduler-service",
                    "dev.orrery.scheduler.base.hint.ReplicaFeatureStore",
                    Map.of(
                        "SqlStatement.of(connection, ANNOUNCE).with(LOCK_KEY).with(FAN_OUT_AND_FLOWS).list(row -> null);",
                        ""))));
    try (Stack current = new Stack("fan-out-current");
        Postgres database = Postgres.start(current.directory());
        Stack earlier = new Stack("fan-out-earlier").schedulerBuild(earlierRelease)) {
      ProgramProcess leaving = earlier.startSchedulerOn(database);
      current.startSchedulerOn(database);
      current.startAgent();
      String divided =
          "{\"processor\":{\"type\":\"noop\"},\"fanOut\":{\"type\":\"shards\",\"count\":2}}";
      String path = "/apps/" + Stack.APP + "/jobs/divided";

      Api.Answer refused = current.api().call("PUT", path, divided);
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.body().get("field").asText()).isEqualTo("fanOut");
      assertThat(refused.body().get("detail").asText())
          .contains("replicas of an earlier release (1)", "Upgrade or stop them");
      assertThat(current.api().call("GET", path, null).status()).isEqualTo(404);

      leaving.kill();
      Await.until(
          "the document is accepted",
          Duration.ofSeconds(20),
          () -> current.api().call("PUT", path, divided).status() == 201);
      String id = current.api().run(Stack.APP, "divided");
      current.api().awaitState(id, "SUCCEEDED", Duration.ofSeconds(20));
    }
  }

  private static int fires(Stack stack) {
    return stack.api().instances(Stack.APP, "tick").size();
  }

  private static boolean newestFireIsAfter(Stack stack, Instant instant) {
    JsonNode newest =
        stack.api().get("/apps/" + Stack.APP + "/instances?job=tick&limit=1").get("items").get(0);
    return Instant.parse(newest.get("fireTime").asText()).isAfter(instant);
  }
}
