package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.SchedulerDeath.Change;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Builds;
import dev.orrery.it.harness.Nightly;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills schedulers, databases and agents while an instance has parts. A patched scheduler halts
 * between two statements: in a regular run at one place, in the nightly run at every place.
 */
@Order(1)
@Tag("thorough")
class ParentFaultIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private static final String SHARDS =
      """
      {"processor": {"type": "shell", "script": "sleep 0.1"},
       "fanOut": {"type": "shards", "count": 12, "parallelism": 4},
       "retry": {"maxWorkerLosses": 100}}
      """;

  private static final String BROADCAST =
      """
      {"processor": {"type": "shell", "script": "sleep 0.1"}, "fanOut": {"type": "broadcast"}}
      """;

  /** Its first part fails and stops the others, which would run for longer than the test. */
  private static final String FAILING =
      """
      {"processor": {"type": "shell", "script":
         "test \\"$ORRERY_PARAM_shardIndex\\" != 0 && sleep 600"},
       "fanOut": {"type": "shards", "count": 12, "parallelism": 4},
       "retry": {"maxAttempts": 1, "maxWorkerLosses": 100}}
      """;

  private static final Change STARTING =
      Change.before(
          "flow.ParentStartStore", "SqlStatement.of(connection, START)", "!parents.isEmpty()");

  private static final Change STARTED =
      Change.before(
          "flow.ParentStarter",
          "return new Started(parents.stream().map(NewParent::id).toList(), sessions, more);",
          "!parents.isEmpty()");

  private static final Change COMMITTED =
      Change.before(
          "flow.ParentStarter",
          "if (!started.sessions().isEmpty()) {",
          "!started.parents().isEmpty()");

  static final List<SchedulerDeath> DEATHS =
      List.of(
          new SchedulerDeath("BROADCAST_NOT_DELIVERED", BROADCAST, COMMITTED),
          new SchedulerDeath(
              "PARTS_NOT_COMMITTED",
              SHARDS,
              Change.before(
                  "flow.FanOutReconciler",
                  "end(connection, finished, result);",
                  "!more.isEmpty()")),
          new SchedulerDeath("END_OF_PART_NOT_HINTED", SHARDS, Change.ofParentsAfterSuccess()),
          new SchedulerDeath(
              "PARTS_NOT_CANCELED",
              FAILING,
              Change.afterReconciliation("!result.stopping().isEmpty()")),
          new SchedulerDeath("STARTING_SHARDS", SHARDS, STARTING),
          new SchedulerDeath("STARTING_BROADCAST", BROADCAST, STARTING),
          new SchedulerDeath("SHARDS_NOT_COMMITTED", SHARDS, STARTED),
          new SchedulerDeath("BROADCAST_NOT_COMMITTED", BROADCAST, STARTED),
          new SchedulerDeath("SHARDS_NOT_LOOKED_AT", SHARDS, COMMITTED),
          new SchedulerDeath(
              "PARTS_NOT_HINTED",
              SHARDS,
              Change.afterReconciliation("!result.readyLanes().isEmpty()")),
          new SchedulerDeath(
              "FAILURE_OF_PART_NOT_HINTED",
              FAILING,
              Change.before(
                  "engine.completion.AfterCommit", "counted.run();", "!parents.isEmpty()")),
          new SchedulerDeath(
              "END_OF_PARENT_NOT_COMMITTED",
              SHARDS,
              Change.before(
                  "flow.ParentReconciler", "Duration nextFire =", "!result.ends().isEmpty()")),
          new SchedulerDeath(
              "END_OF_PARENT_NOT_HINTED",
              SHARDS,
              Change.afterReconciliation("!result.ended().isEmpty()")));

  private static List<SchedulerDeath> deaths() {
    return Nightly.first(1, DEATHS);
  }

  @ParameterizedTest
  @MethodSource("deaths")
  void endsParentAfterSchedulerKill(SchedulerDeath death) throws Exception {
    try (Stack stack = new Stack("parent-" + death.name(), Leases.options())) {
      ProgramProcess dying = stack.schedulerBuild(death.build()).startScheduler();
      stack.startAgent("-Dorrery.worker.capacity=8");
      stack.api().putJob(Stack.APP, "parts", death.job());
      String id = stack.api().run(Stack.APP, "parts");
      assertThat(dying.awaitExit(SOON)).isEqualTo(SchedulerDeath.KILLED);

      stack.schedulerBuild(Builds.ownScheduler()).startScheduler();

      boolean failing = death.job().equals(FAILING);
      stack.api().awaitState(id, failing ? "FAILED" : "SUCCEEDED", SOON);
      List<Part> parts = parts(stack, id);
      assertThat(parts).extracting(Part::number).doesNotHaveDuplicates();
      assertThat(parts).as("ended before their parent").allMatch(Part::endedBeforeParent);
      if (failing) {
        assertThat(parts).filteredOn(part -> part.state().equals("SUCCEEDED")).isEmpty();
      } else {
        assertThat(parts).hasSize(death.job().equals(SHARDS) ? 12 : 1);
        assertThat(parts).allMatch(part -> part.state().equals("SUCCEEDED"));
      }
    }
  }

  @Test
  @AtNight
  void endsParentAfterRepeatedDatabaseKills() throws Exception {
    try (Stack stack = new Stack("parent-database", Leases.options())) {
      stack.startScheduler();
      stack.startAgent("-Dorrery.worker.capacity=8");
      stack.api().putJob(Stack.APP, "parts", SHARDS.replace("12", "200"));
      String id = stack.api().run(Stack.APP, "parts");

      for (int kill = 1; kill <= 3; kill++) {
        int ended = succeeded(stack, id);
        Await.until("more parts end", SOON, () -> succeeded(stack, id) > ended + 10);
        stack.killDatabase(kill);
      }

      stack.api().awaitState(id, "SUCCEEDED", SOON);
      List<Part> parts = parts(stack, id);
      assertThat(parts).extracting(Part::number).doesNotHaveDuplicates().hasSize(200);
      assertThat(parts)
          .allMatch(part -> part.state().equals("SUCCEEDED") && part.endedBeforeParent());
    }
  }

  @Test
  void failsBroadcastWhoseAgentDied() throws Exception {
    try (Stack stack = new Stack("parent-agent", Leases.options())) {
      stack.startScheduler();
      ProgramProcess dying = stack.startAgent();
      stack.startAgent();
      stack.api().putJob(Stack.APP, "parts", BROADCAST.replace("0.1", "3"));
      String id = stack.api().run(Stack.APP, "parts");
      stack.api().awaitState(id, "RUNNING", SOON);

      dying.kill();

      stack.api().awaitState(id, "FAILED", Leases.untilTakenOver());
      List<Part> parts = parts(stack, id);
      assertThat(parts).extracting(Part::number).containsExactly(0, 1);
      assertThat(parts).filteredOn(part -> part.state().equals("SUCCEEDED")).hasSize(1);
      assertThat(parts).as("ended before their parent").allMatch(Part::endedBeforeParent);
    }
  }

  /**
   * @param endedBeforeParent false for a part that has not ended
   */
  private record Part(int number, String state, boolean endedBeforeParent) {
    private static Part of(JsonNode part, JsonNode parent) {
      return new Part(
          part.get("part").asInt(),
          part.get("state").asText(),
          part.hasNonNull("endedAt")
              && parent.hasNonNull("endedAt")
              && !Instant.parse(part.get("endedAt").asText())
                  .isAfter(Instant.parse(parent.get("endedAt").asText())));
    }
  }

  /** Returns at most 500 parts, sorted by number. */
  private static List<Part> parts(Stack stack, String parent) {
    JsonNode ended = stack.api().instance(parent);
    List<Part> parts = new ArrayList<>();
    stack
        .api()
        .get("/instances/" + parent + "/parts?limit=500")
        .get("items")
        .forEach(part -> parts.add(Part.of(part, ended)));
    parts.sort(Comparator.comparing(Part::number));
    return parts;
  }

  private static int succeeded(Stack stack, String parent) {
    return stack.api().instance(parent).at("/parts/succeeded").asInt();
  }
}
