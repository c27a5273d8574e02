package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks that hot statements use index lookups: their plans scan no index from end to end, and find
 * the first rows of an order in an index instead of by sorting. This must hold for plans made on
 * empty tables, too: the queue is empty most of the time, and plans are cached.
 *
 * <p>Each situation is set up once, in a transaction that is never committed, and all statements
 * are planned in it.
 */
@QuarkusTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HotPlansTest {
  private static final Set<String> LOOKUPS = Set.of("Index Scan", "Index Only Scan", "Tid Scan");

  /** Sorts at most as many rows as a call reads; no index has their order. */
  private static final Set<String> SORTS_A_BOUNDED_NUMBER =
      Set.of(
          "model.instance.InstancePageStore.ROWS#ofAll",
          "model.job.upcoming.UpcomingTriggerStore.OF_JOBS",
          "model.job.upcoming.UpcomingTriggerStore.BY_TIME");

  /** Sorts by id what it has read, of which the number is bounded. */
  private static final Set<String> SORTS_CANDIDATES =
      Set.of(
          "model.instance.InstancePageStore.ROWS#perJob",
          "model.instance.InstancePageStore.ROWS#back");

  /** Reads and sorts one row of each app, of which there are few. */
  private static final String READS_EACH_APP = "engine.fire.FireStore.LOCK_LATE";

  private static final String JOB_NOW = "(select max(id) from job)";

  /** Nobody else sees any of it: it is undone with the transaction. */
  private static final String[] MUCH = {
    "insert into app (name) select 'app-' || n from generate_series(1, 1000) n",
    "insert into app (name) values ('much')",
    "insert into lane (app_id, processor, tags)"
        + " select id, 'noop' || n, '{}' from app, generate_series(1, 50) n where name = 'much'",
    "insert into job (app_id, name, version_id)"
        + " select id, 'job-' || n, 0 from app, generate_series(1, 5000) n where name = 'much'",
    "insert into job_version (job_id, version, document, lane_id, priority)"
        + " select id, 1, '{}', (select max(id) from lane), 5 from job where version_id = 0",
    "insert into worker_session (id, app_id, worker, software_version, protocol, dialect,"
        + " api_version, tags, processors, capacity, lease_until)"
        + " select gen_random_uuid(), 1, 'much', '', 'http', '', 1, '{}', '{}', 1, now() from generate_series(1, 5000)",
    "insert into instance (id, job_id, job_version_id, lane_id, state, priority, due_at, session_id)"
        + " select -n, "
        + JOB_NOW
        + " - n % 5000, 1, n % 50, n % 4, n % 3, now(), gen_random_uuid()"
        + " from generate_series(1, 20000) as n",
    "insert into trigger (job_id, next_fire_at, anchor_at)"
        + " select id, now() + (id % 3000 - 20) * interval '1 second', now() from job",
    "insert into job_concurrency (job_id, concurrency) select id, 5 from job where id % 10 = 0",
    "update instance set deadline_at = now() + (id % 3000) * interval '1 second' where state = 3",
    "insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,"
        + " priority, reported) select instance_id_at(now()) + n, "
        + JOB_NOW
        + " - n % 5000, 1, now(), now(), 1, 10, 5, true from generate_series(1, 20000) as n",
    "insert into log_chunk (instance_id, attempt, sequence, last_sequence, bytes, lines)"
        + " select instance_id_at(now()) + n, 1, 0, 0, 0, '[]' from generate_series(1, 20000) as n",
    "insert into attempt (instance_id, attempt, state, reported, session_id, started_at, ended_at)"
        + " select instance_id_at(now()) + n, 1, 11, true, gen_random_uuid(), now(), now()"
        + " from generate_series(1, 20000) as n",
    "insert into parent_instance (instance_id, total, made, parallelism, tolerated, flow)"
        + " select -n, 2, 0, 0, 0, true from generate_series(1, 20000) as n",
    "insert into part_history (id, parent_id, part, job_id, job_version_id, due_at, ended_at, attempt,"
        + " state, priority, reported) select -n, -n, 0, 1, 1, now(), now(), 1, 10, 5, true"
        + " from generate_series(1, 20000) as n",
    "insert into flow_node (flow_id, name, job, state, instance_id)"
        + " select -n, name, 'job-1', 3, -n from generate_series(1, 20000) as n, unnest('{a,b}'::text[]) as name",
    "analyze instance, instance_history, log_chunk, attempt, job, job_version, worker_session, lane,"
        + " trigger, job_concurrency, app, parent_instance, part_history, flow_node",
  };

  /** As after an installation. These hide the real ones from this connection. */
  private static final String[] NOTHING_YET =
      Stream.of(
              "instance",
              "instance_history",
              "log_chunk",
              "attempt",
              "app",
              "lane",
              "job",
              "job_version",
              "trigger",
              "job_concurrency",
              "job_recheck",
              "backfill",
              "end_count",
              "worker_session",
              "parent_instance",
              "part_history",
              "flow_node",
              "powerjob_attempt",
              "progress")
          .map("create temp table %1$s (like public.%1$s including all) on commit drop"::formatted)
          .toArray(String[]::new);

  private static final String[] NOTHING_LEFT = {
    "delete from instance",
    "delete from instance_history",
    "delete from log_chunk",
    "delete from attempt",
    "delete from parent_instance",
    "delete from part_history",
    "delete from flow_node",
    "analyze instance, instance_history, log_chunk, attempt, parent_instance, part_history, flow_node",
  };

  /** Most instances are of three jobs, so those of any job seem to be everywhere. */
  private static final String[] FEW_JOBS = {
    "update instance set job_id = " + JOB_NOW + " + id % 3",
    "update instance_history set job_id = " + JOB_NOW + " - id % 3",
    "analyze instance, instance_history",
  };

  private record Scan(String node, String table, String index, String condition) {
    boolean isLookup() {
      return LOOKUPS.contains(node) && !condition.isEmpty() && beginsWithFirstColumn();
    }

    private boolean findsInstances() {
      return !node.equals("Tid Scan")
          && table.matches("instance(_history.*)?")
          && !condition.matches(".*\\bid = .*");
    }

    /** An index of (job, id) that is asked for an id alone is read as a whole. */
    private boolean beginsWithFirstColumn() {
      boolean byJob = index.contains("_of_job") || index.contains("_job_id_id_idx");
      return !byJob || condition.contains("job_id");
    }
  }

  private enum Situation {
    MANY_ROWS,
    FEW_LARGE_JOBS,
    FIRST_MINUTE,
    EMPTY_AGAIN;

    Stream<String> steps() {
      return switch (this) {
        case MANY_ROWS -> Stream.of(MUCH);
        case FEW_LARGE_JOBS -> Stream.of(MUCH, FEW_JOBS).flatMap(Stream::of);
        case FIRST_MINUTE -> Stream.of(NOTHING_YET);
        case EMPTY_AGAIN -> Stream.of(NOTHING_YET, MUCH, NOTHING_LEFT).flatMap(Stream::of);
      };
    }
  }

  private StoreDatabase database;
  private Situation situation;
  private StoreDatabase.Client client;

  @BeforeAll
  void openDatabase() {
    database = StoreDatabase.openEmpty();
  }

  @AfterAll
  void closeDatabase() {
    database.close();
  }

  static Stream<String> hotStatements() {
    return Stream.of(
        "engine.command.InstanceCommandStore.REQUEST_CANCEL",
        "engine.command.InstanceCommandStore.END_NOW",
        "engine.command.InstanceCommandStore.IS_ENDING",
        "engine.command.InstanceCommandStore.HAS_ENDED",
        "engine.command.InstanceCommandStore.PART_HAS_ENDED",
        "engine.command.InstanceCommandStore.RETRY",
        "engine.command.InstanceCommandStore.APP_OF",
        "engine.command.InstanceCommandStore.REUSE_NODES",
        "engine.command.InstanceCommandStore.PARAMETER_BYTES",
        "engine.completion.AttemptCompletionStore.LOCK_TRIGGERS",
        "engine.completion.AttemptCompletionStore.FORGET_ATTEMPTS",
        "engine.fire.FireStore.START",
        "model.instance.InstanceStore.GET",
        "model.instance.InstanceStore.WAITING",
        "model.instance.InstanceStore.PART_COUNTS",
        "model.instance.InstanceStore.NODE_COUNTS",
        "model.instance.InstanceStore.NODE_NAME",
        "model.instance.InstancePageStore.LOOK_PER_JOB",
        "model.instance.InstancePageStore.READ_BACK",
        "model.instance.ListSpanStore.COUNTED",
        "model.instance.ListShareStore.NEWEST",
        "engine.logs.FollowStore.NEWS",
        "engine.logs.LogStore.LATE",
        "flow.FlowStore.RESET",
        "flow.NodeListStore.VERSION",
        "flow.NodeListStore.NODES",
        "flow.ParentStartStore.START",
        "flow.ParentStore.MAKE",
        "flow.ParentStore.SET_ENDING",
        "flow.ParentStore.COUNT_ENDED",
        "flow.ParentStore.STOPPABLE_PARTS",
        "flow.ParentStore.AWAITING_LANES",
        "flow.ParentStore.AWAITING_AFTER",
        "flow.ParentStore.APPS",
        "powerjob.GatewaySessionStore.RUNNING",
        "powerjob.GatewaySessionStore.FIND",
        "powerjob.GatewaySessionStore.LANE_TAGS",
        "powerjob.openapi.ClientRunStore.FIND",
        "engine.report.AttemptSuccessStore.ACCEPTED_BEFORE",
        "engine.submission.BackfillStore.HAVE_RUN",
        "engine.submission.BackfillStore.MAKE",
        "engine.submission.BackfillStore.STATES",
        "engine.worker.SessionStore.CANCELS",
        "engine.dispatch.ClaimStore.CLAIM",
        "engine.dispatch.ClaimStore.HELD",
        "engine.dispatch.PartStore.ORIGINS",
        "engine.completion.HistoryWriter.END_PARTS",
        "engine.completion.HistoryWriter.END_UNSTARTED_PARTS",
        "flow.ParentStore.LOCK_AWAITING",
        "flow.ParentStore.STATES",
        "flow.FlowStore.NODES",
        "flow.FlowStore.RESULTS",
        "flow.FlowStore.ERRORS",
        "flow.FlowStore.START",
        "flow.FlowStore.END",
        "engine.dispatch.UndeliveredStore.UNDELIVERED",
        "engine.fire.FireStore.ACTIVE",
        "engine.fire.FireStore.LOCK_ON_TIME",
        "engine.fire.FireStore.LOCK_LATE",
        "extras.statistics.job.JobStatisticsStore.ENDS",
        "extras.statistics.job.JobStatisticsStore.ERRORS",
        "model.instance.InstancePageStore.ROWS#ofAll",
        "model.job.upcoming.UpcomingTriggerStore.OF_JOBS",
        "model.job.upcoming.UpcomingTriggerStore.BY_TIME",
        "engine.retention.HistoryPerJobStore.DELETE",
        "engine.retention.HistoryPerJobStore.SCAN",
        "engine.retention.PartitionStore.KEPT_PARENT",
        "engine.retention.PartitionStore.WAITING_PARENT",
        "engine.fire.AttemptTimeoutService.OVERDUE",
        "engine.fire.DuePromoter.PROMOTE",
        "engine.completion.HistoryWriter.END",
        "engine.completion.HistoryWriter.END_UNSTARTED",
        "engine.completion.AttemptCompletionStore.LOCK_RUNNING",
        "engine.completion.AttemptCompletionStore.RUN_AGAIN",
        "engine.submission.SubmissionStore.SUBMIT",
        "model.instance.InstancePageStore.ROWS#perJob",
        "extras.statistics.WaitingCountStore.BY_JOB",
        "engine.command.InstanceCommandStore.LOCK_THOSE",
        "engine.command.InstanceCommandStore.ACTIVE_OF",
        "model.propagation.JobChangeStore.LOCK_STALE",
        "model.propagation.JobChangeStore.FOLLOW",
        "extras.statistics.EndCountStore.LENGTHEN",
        "engine.logs.LogStore.OWNED",
        "model.progress.ProgressStore.WRITE",
        "engine.fire.DueWorkStore.READY_LANES",
        "engine.report.AttemptSuccessStore.COMPLETE",
        "model.concurrency.UnblockStore.END_QUEUEING",
        "model.concurrency.UnblockStore.UNBLOCK",
        "engine.worker.RenewStore.RENEW",
        "engine.worker.SessionEndStore.HELD",
        "edge.console.ConsoleSessionStore.FIND",
        "model.instance.InstancePageStore.ROWS#back",
        "extras.statistics.WaitingCountStore.JOBS",
        "extras.statistics.job.JobStatisticsStore.FIRST",
        "extras.statistics.job.JobStatisticsStore.NAMED",
        "http.security.TokenStore.FIND");
  }

  @ParameterizedTest
  @MethodSource("hotStatements")
  void usesIndexLookupsOnManyRows(String name) {
    assertThatAllIsLookedUp(name, explain(name, Situation.MANY_ROWS));
  }

  @ParameterizedTest
  @MethodSource("hotStatements")
  void usesIndexLookupsWithPlansOfFirstMinute(String name) {
    assertThatAllIsLookedUp(name, explain(name, Situation.FIRST_MINUTE));
  }

  @ParameterizedTest
  @MethodSource("hotStatements")
  void usesIndexLookupsWithPlansOfEmptyTables(String name) {
    assertThatAllIsLookedUp(name, explain(name, Situation.EMPTY_AGAIN));
  }

  /** A walk along the primary key would be short for a large job, and endless for any other. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.instance.InstancePageStore.ROWS#perJob",
        "model.instance.ListShareStore.NEWEST",
        "extras.statistics.WaitingCountStore.BY_JOB",
        "extras.statistics.job.JobStatisticsStore.ENDS",
        "extras.notification.EvaluationStore.LATE",
        "engine.retention.HistoryPerJobStore.DELETE",
        "engine.retention.HistoryPerJobStore.SCAN"
      })
  void findsInstancesByJobIndexWithFewLargeJobs(String name) {
    List<Scan> scans = new ArrayList<>();
    collectScans(explain(name, Situation.FEW_LARGE_JOBS), scans);

    assertThat(scans)
        .filteredOn(Scan::findsInstances)
        .isNotEmpty()
        .allSatisfy(scan -> assertThat(scan.condition()).contains("job_id"));
  }

  private static void assertThatAllIsLookedUp(String name, JsonNode plan) {
    List<Scan> scans = new ArrayList<>();
    collectScans(plan, scans);
    if (name.equals(READS_EACH_APP)) {
      scans.removeIf(scan -> scan.table().equals("app"));
    }
    assertThat(scans).isNotEmpty().allSatisfy(scan -> assertThat(scan).matches(Scan::isLookup));
    List<String> sorts = new ArrayList<>();
    collectSortsThatAreCut(plan, false, sorts);
    if (name.equals(READS_EACH_APP)) {
      sorts.removeIf(sort -> sort.equals("Sort by [\"first.next_fire_at\"]"));
    }
    if (SORTS_A_BOUNDED_NUMBER.contains(name)) {
      sorts.clear();
    }
    if (SORTS_CANDIDATES.contains(name)) {
      sorts.removeIf(sort -> sort.equals("Sort by [\"c.id DESC\"]"));
    }
    assertThat(sorts).as("all rows are sorted to find the first ones").isEmpty();
  }

  /**
   * @param name a constant, or a component of a record that is one, behind #
   */
  static String statement(String name) {
    int dot = name.lastIndexOf('.');
    String[] constant = name.substring(dot + 1).split("#", -1);
    try {
      var field =
          Class.forName("dev.orrery.scheduler." + name.substring(0, dot))
              .getDeclaredField(constant[0]);
      field.setAccessible(true);
      Object value = field.get(null);
      if (constant.length == 1) {
        return (String) value;
      }
      var component = value.getClass().getDeclaredMethod(constant[1]);
      component.setAccessible(true);
      return (String) component.invoke(value);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("There is no statement " + name + " any more", e);
    }
  }

  /** The statement with $1, $2 … for its parameters. */
  static String numbered(String sql) {
    String numbered = sql;
    for (int parameter = 1; numbered.contains("?"); parameter++) {
      numbered = numbered.replaceFirst("\\?", "\\$" + parameter);
    }
    return numbered;
  }

  /** The plan for all parameters, which is what the hot path's connections ask for. */
  private JsonNode explain(String name, Situation wanted) {
    if (situation != wanted) {
      make(wanted);
    }
    String numbered = numbered(statement(name));
    long parameters = statement(name).chars().filter(letter -> letter == '?').count();
    String prepare = "prepare looked_at as " + numbered;
    String values =
        parameters == 0
            ? ""
            : "(" + String.join(",", Collections.nCopies((int) parameters, "null")) + ")";
    String explain = "explain (format json) execute looked_at" + values;
    return client.autocommit(
        connection -> {
          Savepoint before = connection.setSavepoint();
          try (Statement sql = connection.createStatement()) {
            sql.execute(prepare);
            JsonNode plan = read(sql, explain);
            sql.execute("deallocate looked_at");
            return plan;
          } finally {
            connection.rollback(before);
          }
        });
  }

  private void make(Situation wanted) {
    if (client != null) {
      client.rollback();
    }
    client = database.begin();
    wanted.steps().forEach(client::update);
    situation = wanted;
  }

  static JsonNode read(Statement sql, String explain) throws SQLException {
    try (ResultSet rows = sql.executeQuery(explain)) {
      rows.next();
      return new ObjectMapper().readTree(rows.getString(1)).path(0).path("Plan");
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static void collectScans(JsonNode node, List<Scan> scans) {
    String type = node.path("Node Type").asText();
    boolean reads = node.has("Relation Name") || node.has("Index Name");
    if (reads && !type.equals("ModifyTable")) {
      scans.add(
          new Scan(
              type,
              node.path("Relation Name").asText(),
              node.path("Index Name").asText(),
              node.path("Index Cond").asText() + node.path("TID Cond").asText()));
    }
    for (JsonNode child : node.path("Plans")) {
      collectScans(child, scans);
    }
  }

  /** A sort right below a limit: all is read and put in order, and most of it thrown away. */
  private static void collectSortsThatAreCut(JsonNode node, boolean cut, List<String> sorts) {
    String type = node.path("Node Type").asText();
    if (cut && type.endsWith("Sort")) {
      sorts.add(type + " by " + node.path("Sort Key"));
    }
    boolean cutBelow = type.equals("Limit") || (cut && type.equals("LockRows"));
    for (JsonNode child : node.path("Plans")) {
      collectSortsThatAreCut(child, cutBelow, sorts);
    }
  }
}
