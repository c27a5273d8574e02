package dev.orrery.scheduler.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a hot statement reads of a table, it looks up: no index is read from end to end, and nothing
 * is sorted out afterwards. Also if it was planned while there was nothing to read: the queue is
 * empty most of the time, and plans are kept.
 */
@QuarkusTest
class HotPlansTest {
  private static final Set<String> LOOKUPS = Set.of("Index Scan", "Index Only Scan", "Tid Scan");

  private static final String JOB_NOW = "(select max(id) from job)";

  /** Nobody else sees any of it: it is undone with the transaction. */
  private static final String[] MUCH = {
    "insert into app (name) values ('much')",
    "insert into lane (app_id, processor, tags)"
        + " select id, 'noop' || n, '{}' from app, generate_series(1, 50) n where name = 'much'",
    "insert into job (app_id, name, version_id)"
        + " select id, 'job-' || n, 0 from app, generate_series(1, 5000) n where name = 'much'",
    "insert into job_version (job_id, version, document, lane_id, priority)"
        + " select id, 1, '{}', (select max(id) from lane), 5 from job where version_id = 0",
    "insert into worker_session (id, app_id, worker, software, transport, dialect, version, tags,"
        + " processors, capacity, lease_until) select gen_random_uuid(), 1, 'much', '', 'http', '',"
        + " 1, '{}', '{}', 1, now() from generate_series(1, 5000)",
    "insert into instance (id, job_id, job_version_id, lane_id, state, priority, due_at, session_id)"
        + " select -n, "
        + JOB_NOW
        + " - n % 5000, 1, n % 50, n % 4, n % 3, now(), gen_random_uuid()"
        + " from generate_series(1, 20000) as n",
    "insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,"
        + " priority, reported) select instance_id_at(now()) + n, "
        + JOB_NOW
        + " - n % 5000, 1, now(), now(), 1, 10, 5, true from generate_series(1, 20000) as n",
    "insert into log_chunk (instance_id, attempt, sequence, last_sequence, bytes, lines)"
        + " select instance_id_at(now()) + n, 1, 0, 0, 0, '[]' from generate_series(1, 20000) as n",
    "insert into attempt (instance_id, attempt, state, reported, session_id, started_at, ended_at)"
        + " select instance_id_at(now()) + n, 1, 11, true, gen_random_uuid(), now(), now()"
        + " from generate_series(1, 20000) as n",
    "analyze instance, instance_history, log_chunk, attempt, job, job_version, worker_session, lane",
  };

  /** As after an installation. These hide the real ones from this connection. */
  private static final String[] NOTHING_YET = {
    "create temp table instance (like public.instance including all) on commit drop",
    "create temp table instance_history (like public.instance_history including all) on commit drop",
    "create temp table log_chunk (like public.log_chunk including all) on commit drop",
    "create temp table attempt (like public.attempt including all) on commit drop",
  };

  private static final String[] NOTHING_LEFT = {
    "delete from instance",
    "delete from instance_history",
    "delete from log_chunk",
    "delete from attempt",
    "analyze instance, instance_history, log_chunk, attempt",
  };

  @Inject HotDatabase database;

  private record Scan(String node, String table, String index, String condition) {
    boolean isLookup() {
      return LOOKUPS.contains(node) && !condition.isEmpty() && beginsWithFirstColumn();
    }

    /** An index of (job, id) that is asked for an id alone is read as a whole. */
    private boolean beginsWithFirstColumn() {
      boolean byJob = index.contains("_of_job") || index.contains("_job_id_id_idx");
      return !byJob || condition.contains("job_id");
    }
  }

  static Stream<String> hotStatements() {
    return Stream.of(
        "dispatch.ClaimStore.CLAIM",
        "dispatch.ClaimStore.HELD",
        "dispatch.UnheardStore.UNHEARD",
        "fire.FireStore.ACTIVE",
        "housekeeping.HistoryBoundStore.DELETE",
        "housekeeping.HistoryBoundStore.LOOK",
        "instance.HistoryRows.END",
        "instance.SettlementStore.LOCK_RUNNING",
        "instance.SettlementStore.RUN_AGAIN",
        "instance.SubmitStore.SUBMIT",
        "logs.LogStore.OWNED",
        "progress.ProgressStore.WRITE",
        "pulse.LookStore.READY_LANES",
        "report.CompleteStore.COMPLETE",
        "worker.RenewStore.RENEW",
        "worker.SessionEndStore.HELD");
  }

  @ParameterizedTest
  @MethodSource("hotStatements")
  void eachRowOfManyIsLookedUp(String name) {
    assertThatAllIsLookedUp(scans(explain(statement(name), MUCH)));
  }

  @ParameterizedTest
  @MethodSource("hotStatements")
  void eachRowIsLookedUpByAPlanOfTheFirstMinute(String name) {
    assertThatAllIsLookedUp(scans(explain(statement(name), NOTHING_YET)));
  }

  @ParameterizedTest
  @MethodSource("hotStatements")
  void eachRowIsLookedUpByAPlanThatWasMadeWhileThereWasNone(String name) {
    assertThatAllIsLookedUp(scans(explain(statement(name), NOTHING_YET, MUCH, NOTHING_LEFT)));
  }

  private static void assertThatAllIsLookedUp(List<Scan> scans) {
    assertThat(scans).isNotEmpty().allSatisfy(scan -> assertThat(scan).matches(Scan::isLookup));
  }

  private static String statement(String name) {
    int dot = name.lastIndexOf('.');
    try {
      var field =
          Class.forName("dev.orrery.scheduler." + name.substring(0, dot))
              .getDeclaredField(name.substring(dot + 1));
      field.setAccessible(true);
      return (String) field.get(null);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("There is no statement " + name + " any more", e);
    }
  }

  /** The plan for all parameters, which is what the hot path's connections ask for. */
  private JsonNode explain(String statement, String[]... preparation) {
    String numbered = statement;
    List<String> unknown = new ArrayList<>();
    while (numbered.contains("?")) {
      unknown.add("null");
      numbered = numbered.replaceFirst("\\?", "\\$" + unknown.size());
    }
    String prepare = "prepare looked_at as " + numbered;
    String explain = "explain (format json) execute looked_at(" + String.join(",", unknown) + ")";
    return database.autocommit(
        connection -> {
          connection.setAutoCommit(false);
          try (Statement sql = connection.createStatement()) {
            for (String[] steps : preparation) {
              for (String step : steps) {
                sql.execute(step);
              }
            }
            sql.execute(prepare);
            return read(sql, explain);
          } finally {
            connection.rollback();
            connection.setAutoCommit(true);
            deallocate(connection);
          }
        });
  }

  /** Prepared statements outlive their transaction, and this connection goes back to the pool. */
  private static void deallocate(Connection connection) throws SQLException {
    try (Statement sql = connection.createStatement()) {
      sql.execute("deallocate looked_at");
    }
  }

  private static JsonNode read(Statement sql, String explain) throws SQLException {
    try (ResultSet rows = sql.executeQuery(explain)) {
      rows.next();
      return new ObjectMapper().readTree(rows.getString(1));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Scan> scans(JsonNode plan) {
    List<Scan> scans = new ArrayList<>();
    collect(plan.path(0).path("Plan"), scans);
    return scans;
  }

  private static void collect(JsonNode node, List<Scan> scans) {
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
      collect(child, scans);
    }
  }
}
