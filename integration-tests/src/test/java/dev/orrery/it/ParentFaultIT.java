package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Builds;
import dev.orrery.it.harness.PatchedPackage;
import dev.orrery.it.harness.PatchedPackage.Patch;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Program;
import dev.orrery.testing.program.ProgramProcess;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Ends schedulers, databases and agents while an instance has parts. A scheduler dies between two
 * statements: its build has a halt there. By default, it dies at four of the places.
 */
@Order(1)
@Tag("thorough")
class ParentFaultIT {
  private static final String ALL = "orrery.it.parents.all";
  private static final int KILLED = 137;
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

  private static final String PARTS =
      """
      select part, state, ended_at, (select max(ended_at) from instance_history where id = ?) as end
      from part_history where parent_id = ?
      order by part
      """;

  private static final int SUCCEEDED = 10;

  /**
   * A changed text.
   *
   * @param type the class, below the scheduler's package
   */
  private record Change(String type, String text, String by) {
    static Change before(String type, String statement, String condition) {
      return new Change(type, statement, halt(condition) + statement);
    }

    /** After the commit of a look, before its hints. */
    static Change afterLook(String condition) {
      String look = "database.transaction(connection -> look(connection, ids, countsFailures));";
      return new Change(
          "parent.ParentLook",
          "return " + look,
          "LookResult result = " + look + halt(condition) + "return result;");
    }

    private static String halt(String condition) {
      return "if (" + condition + ") { Runtime.getRuntime().halt(" + KILLED + "); } ";
    }

    /** Quarkus has added constructors without parameters to the beans. */
    private Map<String, String> replacements() {
      return switch (type) {
        case "parent.ParentStarter" ->
            Map.of(text, by, STARTER, "ParentStarter() { this(null, null, null); }" + STARTER);
        case "parent.ParentLook" -> Map.of(text, by, LOOK, "ParentLook() { this(null); }" + LOOK);
        default -> Map.of(text, by);
      };
    }
  }

  private static final String STARTER = "  ParentStarter(EngineDatabase database,";
  private static final String LOOK = "  ParentLook(EngineDatabase database)";

  private static final Change STARTING =
      Change.before(
          "parent.ParentStore", "SqlStatement.of(connection, START)", "!parents.isEmpty()");

  private static final Change STARTED =
      Change.before(
          "parent.ParentStarter",
          "return new Started(parents.stream().map(NewParent::id).toList(), sessions);",
          "!parents.isEmpty()");

  private static final Change COMMITTED =
      Change.before(
          "parent.ParentStarter",
          "if (!started.sessions().isEmpty()) {",
          "!started.parents().isEmpty()");

  /** Where a scheduler dies. */
  private enum Death {
    STARTING_SHARDS(SHARDS, STARTING),
    STARTING_BROADCAST(BROADCAST, STARTING),
    SHARDS_NOT_COMMITTED(SHARDS, STARTED),
    BROADCAST_NOT_COMMITTED(BROADCAST, STARTED),
    SHARDS_NOT_LOOKED_AT(SHARDS, COMMITTED),
    BROADCAST_NOT_DELIVERED(BROADCAST, COMMITTED),
    PARTS_NOT_COMMITTED(
        SHARDS,
        Change.before(
            "parent.ParentLook", "ParentStore.setEnding(connection, endings);", "!more.isEmpty()")),
    PARTS_NOT_HINTED(SHARDS, Change.afterLook("!result.readyLanes().isEmpty()")),
    END_OF_PART_NOT_HINTED(
        SHARDS,
        Change.before(
            "report.AttemptSuccessStore", "return new Completed(completed,", "!parents.isEmpty()")),
    FAILURE_OF_PART_NOT_HINTED(
        FAILING, Change.before("completion.AfterCommit", "counted.run();", "!parents.isEmpty()")),
    END_OF_PARENT_NOT_COMMITTED(
        SHARDS,
        Change.before(
            "parent.ParentLook",
            "return AttemptCompletionStore.fireAfterDelay(connection, delays)",
            "!finished.isEmpty()")),
    END_OF_PARENT_NOT_HINTED(SHARDS, Change.afterLook("!result.ended().isEmpty()")),
    PARTS_NOT_CANCELED(FAILING, Change.afterLook("!result.stopping().isEmpty()"));

    private final String job;
    private final String type;
    private final String text;
    private final String by;

    Death(String job, Change change) {
      this.job = job;
      this.type = change.type();
      this.text = change.text();
      this.by = change.by();
    }

    private Program build() {
      return Program.at(
          PatchedPackage.of(
              Builds.ownScheduler().directory(),
              new Patch(
                  "dies-" + name(),
                  "scheduler-service",
                  "dev.orrery.scheduler." + type,
                  new Change(type, text, by).replacements())));
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "BROADCAST_NOT_DELIVERED",
        "PARTS_NOT_COMMITTED",
        "END_OF_PART_NOT_HINTED",
        "PARTS_NOT_CANCELED"
      })
  void endsParentAfterDeathOfScheduler(Death death) throws Exception {
    requireEnds(death);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {
        "BROADCAST_NOT_DELIVERED",
        "PARTS_NOT_COMMITTED",
        "END_OF_PART_NOT_HINTED",
        "PARTS_NOT_CANCELED"
      })
  void endsParentAfterDeathOfSchedulerElsewhere(Death death) throws Exception {
    if (!Boolean.getBoolean(ALL)) {
      System.out.println("SKIPPED in ParentFaultIT: " + death + ": -D" + ALL + "=true");
      Assumptions.abort(ALL);
    }
    requireEnds(death);
  }

  private static void requireEnds(Death death) throws Exception {
    try (Stack stack = new Stack("parent-" + death.name(), Leases.options())) {
      ProgramProcess dying = stack.schedulerBuild(death.build()).startScheduler();
      stack.startAgent("-Dorrery.worker.capacity=8");
      stack.api().putJob(Stack.APP, "parts", death.job);
      String id = stack.api().run(Stack.APP, "parts");
      assertThat(dying.awaitExit(SOON)).isEqualTo(KILLED);

      stack.schedulerBuild(Builds.ownScheduler()).startScheduler();

      boolean failing = death.job.equals(FAILING);
      stack.api().awaitState(id, failing ? "FAILED" : "SUCCEEDED", SOON);
      List<Part> parts = parts(stack, id);
      assertThat(parts).extracting(Part::number).doesNotHaveDuplicates();
      assertThat(parts).as("ended before their parent").allMatch(Part::endedBeforeParent);
      assertThat(active(stack, id)).isZero();
      if (failing) {
        assertThat(parts).filteredOn(part -> part.state() == SUCCEEDED).isEmpty();
      } else {
        assertThat(parts).hasSize(death.job.equals(SHARDS) ? 12 : 1);
        assertThat(parts).allMatch(part -> part.state() == SUCCEEDED);
      }
    }
  }

  @Test
  void endsParentAfterDeathOfDatabase() throws Exception {
    try (Stack stack = new Stack("parent-database", Leases.options())) {
      stack.startScheduler();
      stack.startAgent("-Dorrery.worker.capacity=8");
      stack.api().putJob(Stack.APP, "parts", SHARDS.replace("12", "200"));
      String id = stack.api().run(Stack.APP, "parts");

      for (int kill = 1; kill <= 3; kill++) {
        int ended = parts(stack, id).size();
        Await.until("more parts end", SOON, () -> parts(stack, id).size() > ended + 10);
        ProcessHandle.of(stack.databasePid()).orElseThrow().destroyForcibly();
        String restarts = "orrery_embedded_database_restarts_total " + kill + ".0";
        Await.until(
            "the database is back",
            SOON,
            () -> stack.schedulerMetrics().contains(restarts) && stack.isReady());
      }

      stack.api().awaitState(id, "SUCCEEDED", SOON);
      List<Part> parts = parts(stack, id);
      assertThat(parts).extracting(Part::number).doesNotHaveDuplicates().hasSize(200);
      assertThat(parts).allMatch(part -> part.state() == SUCCEEDED && part.endedBeforeParent());
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
      assertThat(parts).filteredOn(part -> part.state() == SUCCEEDED).hasSize(1);
      assertThat(parts).as("ended before their parent").allMatch(Part::endedBeforeParent);
      assertThat(active(stack, id)).isZero();
    }
  }

  private record Part(int number, int state, boolean endedBeforeParent) {}

  private static List<Part> parts(Stack stack, String parent) throws SQLException {
    List<Part> parts = new ArrayList<>();
    try (Connection connection = stack.connect();
        PreparedStatement statement = connection.prepareStatement(PARTS)) {
      statement.setLong(1, Long.parseLong(parent));
      statement.setLong(2, Long.parseLong(parent));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          parts.add(
              new Part(
                  rows.getInt("part"),
                  rows.getInt("state"),
                  rows.getTimestamp("end") != null
                      && !rows.getTimestamp("ended_at").after(rows.getTimestamp("end"))));
        }
      }
    }
    return parts;
  }

  private static int active(Stack stack, String parent) throws SQLException {
    try (Connection connection = stack.connect();
        PreparedStatement statement =
            connection.prepareStatement("select count(*) from instance where parent_id = ?")) {
      statement.setLong(1, Long.parseLong(parent));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }
}
