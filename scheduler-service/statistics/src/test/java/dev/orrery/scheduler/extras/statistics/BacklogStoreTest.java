package dev.orrery.scheduler.extras.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.extras.statistics.BacklogSnapshot.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BacklogStoreTest extends StoreTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 9})
  void findsOldestReadyRunRegardlessOfPriority(int priority) {
    due(1, "2026-03-01T11:59:00Z");
    due(2, "2026-03-01T11:00:00Z", "priority = " + priority);

    assertThat(read().readyAgeSeconds()).isEqualTo(3600);
  }

  @Test
  void findsOldestReadyRunAcrossLanes() {
    due(1, "2026-03-01T11:59:00Z");
    StoredJob other = database.job();
    other.instance(2, "due_at = '2026-03-01T11:00:00Z'");
    database.job().instance(3, "due_at = '2026-03-01T11:30:00Z'");

    assertThat(read().readyAgeSeconds()).isEqualTo(3600);
  }

  @Test
  void reportsZeroReadyAgeWhenAllRunsAreBlockedOrScheduled() {
    due(1, "2026-03-01T11:00:00Z", "state = 0");
    due(2, "2026-03-01T11:00:00Z", "state = 2");

    assertThat(read().readyAgeSeconds()).isZero();
  }

  @Test
  void countsRunsByStateAndQueuedRunsAsBlocked() {
    due(1, "2026-03-01T11:00:00Z", "state = 0");
    due(2, "2026-03-01T11:00:00Z");
    due(3, "2026-03-01T11:00:00Z");
    due(4, "2026-03-01T11:00:00Z", "state = 2");
    due(5, "2026-03-01T11:00:00Z", "state = 2", "waits_for_predecessors = true");
    job.running(6, database.session(job));

    assertThat(read().waiting())
        .isEqualTo(
            Map.of(State.SCHEDULED, 1L, State.READY, 2L, State.BLOCKED, 2L, State.RUNNING, 1L));
  }

  @Test
  void countsLiveSessionsByProtocolAndSoftwareVersion() {
    database.session(job);
    UUID akka = database.session(job);
    database.update(
        "update worker_session set protocol = 'akka', software_version = 'old' where id = ?", akka);
    database.update(
        "update worker_session set ended_at = now(), software_version = 'old' where id = ?",
        database.session(job));
    database.update(
        "update worker_session set software_version = 'unknown' where id = ?",
        database.session(job));
    database.update(
        "update worker_session set dialect = 'powerjob', software_version = 'PowerJob 4.3.9' where id = ?",
        database.session(job));

    BacklogSnapshot backlog = read();

    assertThat(backlog.sessions()).isEqualTo(Map.of("http", 3L, "akka", 1L));
    assertThat(backlog.skewedSessions()).isOne();
  }

  @Test
  void countsReadyAndRunningRunsAsWorkOfApp() {
    many(40, job, 5);
    many(3, job, 9);
    many(20, lane(job), 5);
    due(1, "2026-03-01T11:00:00Z", "state = 0");
    job.running(2, database.session(job));
    UUID ended = database.session(job);
    job.running(3, ended);
    database.update("update worker_session set ended_at = now() where id = ?", ended);
    StoredJob other = database.job();
    many(7, other, 5);
    StoredJob served = database.job();
    database.session(served);
    database.job();

    assertThat(read().work()).isEqualTo(Map.of(name(job), 64L, name(other), 7L, name(served), 0L));
  }

  @Test
  void capsCountOfReadyRunsPerAppAcrossLanes() {
    many(4000, job, 5);
    many(4000, lane(job), 5);

    assertThat(read().work()).isEqualTo(Map.of(name(job), 5000L));
  }

  @Test
  void countsShortLanesExactlyAndSharesBudgetAmongLongLanes() {
    StoredJob shorter = database.job();
    many(BacklogLimits.READY_AT_A_GLANCE - 1, shorter, 5);
    List<StoredJob> longer = Stream.generate(database::job).limit(8).toList();
    longer.forEach(each -> many(3000, each, 5));

    Map<String, Long> work = read().work();

    assertThat(work).containsEntry(name(shorter), BacklogLimits.READY_AT_A_GLANCE - 1L);
    assertThat(longer)
        .allSatisfy(
            each -> assertThat(work).containsEntry(name(each), BacklogLimits.READY_SHARED / 8L));
  }

  @Test
  void listsOnlyAppsWithMostWork() {
    List<StoredJob> jobs =
        Stream.generate(database::job).limit(BacklogLimits.MAX_APPS + 1).toList();
    jobs.forEach(each -> many(2, each, 5));
    jobs.get(0).instance(1);
    database.update("delete from instance where lane_id = ?", jobs.get(1).lane());
    many(1, jobs.get(1), 5);

    assertThat(read().work())
        .hasSize(BacklogLimits.MAX_APPS)
        .containsEntry(name(jobs.get(0)), 3L)
        .doesNotContainKey(name(jobs.get(1)));
  }

  /** Rows that the plan has read, and not seconds: it must not go lane by lane for each app. */
  @Test
  void readsBoundedNumberOfRowsForManyAppsAndLanes() throws JsonProcessingException {
    int apps = 50;
    int lanes = 10;
    database.update(
        "insert into app (name) select 'many-' || n from generate_series(1, ?) n", apps);
    database.update(
        "insert into lane (app_id, processor, tags) select id, 'p' || n, '{}'"
            + " from app, generate_series(1, ?) n where name like 'many-%'",
        lanes);
    database.update(
        """
        insert into instance (id, job_id, job_version_id, lane_id, state, priority, due_at)
        select row_number() over (), 1, 1, lane.id, 1, 5, '2026-03-01T11:00:00Z'
        from lane join app on app.id = app_id, generate_series(1, 120) where name like 'many-%'
        """);
    database.update("analyze");

    String explain = "explain (analyze, format json) ";
    String plan =
        database
            .hotAt(NOON)
            .autocommit(
                open ->
                    SqlStatement.of(open, explain + BacklogStore.QUERY.replace("?", "'test'"))
                        .first(row -> row.getString(1))
                        .orElseThrow());

    int glances = apps * lanes * BacklogLimits.READY_AT_A_GLANCE;
    int steps = 20 * apps * lanes;
    assertThat(rowsRead(new ObjectMapper().readTree(plan).get(0).get("Plan")))
        .isBetween(
            BacklogLimits.MAX_COUNT,
            BacklogLimits.MAX_COUNT + BacklogLimits.READY_SHARED + glances + steps);
  }

  private static int rowsRead(JsonNode node) {
    int rows =
        node.get("Node Type").asText().endsWith("Scan")
            ? node.get("Actual Rows").asInt() * node.get("Actual Loops").asInt()
            : 0;
    for (JsonNode child : node.path("Plans")) {
      rows += rowsRead(child);
    }
    return rows;
  }

  /** Another lane of the same app. */
  private StoredJob lane(StoredJob of) {
    int lane =
        (int)
            database.number(
                "insert into lane (app_id, processor, tags) values (?, 'noop', '{special}')"
                    + " returning id",
                of.app());
    return new StoredJob(of.database(), of.app(), lane, of.id(), of.version());
  }

  /** The one with most work was made last, so that no order by id or name finds it. */
  @Test
  void prefersBusiestAppsOverIdleAppsWhenAppsExceedLimit() {
    database.update(
        "insert into app (name) select 'idle-' || n from generate_series(1, ?) n",
        BacklogLimits.MAX_APPS);
    database.update(
        """
        insert into worker_session (id, app_id, worker, software_version, protocol, dialect, api_version, tags,
          processors, capacity, lease_until)
        select gen_random_uuid(), id, 'worker', 'test', 'http', 'orrery', 1, '{}', '{noop}', 20,
          now() + interval '1 minute'
        from app where name like 'idle-%'
        """);
    StoredJob busy = database.job();
    busy.instance(1);

    Map<String, Long> work = read().work();
    assertThat(work).hasSize(BacklogLimits.MAX_APPS);
    assertThat(work.get(name(busy))).as("work of the app that has most of it").isEqualTo(1);
  }

  private String name(StoredJob of) {
    return database.texts("select name from app where id = ?", of.app()).get(0);
  }

  /** Writes ready instances. */
  private void many(int count, StoredJob of, int priority) {
    database.update(
        """
        insert into instance (id, job_id, job_version_id, lane_id, state, priority, due_at)
        select coalesce((select min(id) from instance where id < 0), 0) - n, ?, ?, ?, 1, ?,
          '2026-03-01T11:00:00Z'
        from generate_series(1, ?) n
        """,
        of.id(),
        of.version(),
        of.lane(),
        priority,
        count);
  }

  private void due(long id, String at, String... columns) {
    job.instance(id, columns);
    database.update("update instance set due_at = ?::timestamptz where id = ?", at, id);
  }

  private BacklogSnapshot read() {
    return new BacklogStore(database.hotAt(NOON)).read("test");
  }
}
