package dev.orrery.scheduler.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.StoreDatabase.Client;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.flow.StoredParent;
import dev.orrery.scheduler.model.instance.InstanceId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PruneStoreTest extends StoreTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  /**
   * As autovacuum does for a database that lives longer than a test: else the planner takes all for
   * empty, and reads the dead rows of earlier tests for each row that it deletes.
   */
  private static final String FRESH_STATISTICS =
      "vacuum (analyze) instance, instance_history, part_history, parent_instance, attempt, log_chunk,"
          + " worker_session, backfill";

  @Test
  void prunesEndedSessionsButKeepsLiveSessions() {
    StoredJob job = database.job();
    database.session(job);
    database.update("update worker_session set created_at = now() - interval '9 days'");
    database.session(job);
    database.update(
        "update worker_session set ended_at = now() - interval '2 days'"
            + " where created_at > now() - interval '1 day'");

    assertThat(new PruneStore(database.hot()).sessionsEndedBefore(DAY)).isOne();

    assertThat(database.number("select count(*) from worker_session where ended_at is null"))
        .isOne();
  }

  @Test
  void keepsNewestEndedSessionsOfEachApp() {
    StoredJob job = database.job();
    StoredJob other = database.job();
    for (StoredJob one : List.of(job, job, job, other)) {
      database.session(one);
    }
    database.update(
        "update worker_session set ended_at = now(), worker = 'old' where app_id = ?", other.app());
    database.update(
        "update worker_session w set ended_at = now() - n * interval '1 minute', worker = n::text"
            + " from (select id, row_number() over () as n from worker_session where app_id = ?) s"
            + " where s.id = w.id",
        job.app());
    database.session(job);

    assertThat(new PruneStore(database.hot()).sessionsBeyond(2)).isOne();

    assertThat(database.texts("select worker from worker_session order by worker"))
        .containsExactly("1", "2", "old", "worker");
  }

  @Test
  void deletesTokensRevokedOrExpiredBeforeRetentionAge() {
    StoredJob job = database.job();
    token(job, "live", null, null);
    token(job, "lives on", null, NOON.plus(DAY));
    token(job, "revoked", NOON.minus(DAY), NOON.plus(DAY));
    token(job, "revoked long ago", NOON.minus(DAY).minusMillis(1), NOON.plus(DAY));
    token(job, "expired", null, NOON.minus(DAY));
    token(job, "expired long ago", null, NOON.minus(DAY).minusMillis(1));

    assertThat(atNoon().tokensDeadFor(DAY)).isEqualTo(2);

    assertThat(tokens()).containsExactly("expired", "live", "lives on", "revoked");
  }

  @Test
  void keepsNewestRevokedOrExpiredTokensOfEachApp() {
    StoredJob job = database.job();
    for (int minutes = 1; minutes <= 3; minutes++) {
      Instant dead = NOON.minus(Duration.ofMinutes(minutes));
      token(job, "revoked " + minutes, dead, null);
      token(job, "expired " + minutes, null, dead.minusSeconds(30));
      token(job, "live " + minutes, null, NOON.plus(DAY));
    }
    token(database.job(), "of another app", NOON.minus(DAY), null);

    assertThat(atNoon().deleteDeadTokens(3)).isEqualTo(3);

    assertThat(tokens())
        .containsExactly(
            "expired 1", "live 1", "live 2", "live 3", "of another app", "revoked 1", "revoked 2");
  }

  private void token(StoredJob job, String name, Instant revoked, Instant expires) {
    database.update(
        """
        insert into token (app_id, role, hash, name, revoked_at, expires_at)
        values (?, 'viewer', ?::bytea, ?, nullif(?, '')::timestamptz, nullif(?, '')::timestamptz)
        """,
        job.app(),
        name,
        name,
        revoked == null ? "" : revoked.toString(),
        expires == null ? "" : expires.toString());
  }

  private List<String> tokens() {
    return database.texts("select name from token order by name");
  }

  static Stream<Arguments> tables() {
    return Stream.of(
        prune(
            "idempotency",
            """
            insert into idempotency (app_id, key, hash, ids, created_at)
            select ?, n::text, '', '{}', '2026-01-01' from generate_series(1, ?) n
            """,
            PruneStore::idempotencyOlderThan),
        prune(
            "backfill",
            """
            insert into backfill (job_id, from_at, until_at, overlap, instances, created_at)
            select ?, now(), now(), 'skip', 0, '2026-01-01' from generate_series(1, ?) n
            """,
            PruneStore::backfillsOlderThan),
        prune(
            "worker_session",
            """
            insert into worker_session (id, app_id, worker, software_version, protocol, dialect,
              api_version, tags, processors, capacity, lease_until, ended_at)
            select gen_random_uuid(), ?, n::text, '1', 'http', 'orrery', 1, '{}', '{}', 1, now(),
              '2026-01-01' from generate_series(1, ?) n
            """,
            PruneStore::sessionsEndedBefore),
        prune(
            "token",
            """
            insert into token (app_id, role, hash, revoked_at)
            select ?, 'viewer', n::text::bytea, '2026-01-01' from generate_series(1, ?) n
            """,
            PruneStore::tokensDeadFor),
        prune(
            "instance_history",
            """
            insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt,
              state, priority, reported)
            select n, ?, 1, now(), '2026-01-01', 1, 10, 5, true from generate_series(1, ?) n
            """,
            PruneStore::defaultHistoryOlderThan),
        prune(
            "part_history",
            """
            insert into part_history (id, parent_id, part, job_id, job_version_id, due_at, ended_at,
              attempt, state, priority, reported)
            select n, 0, n, ?, 1, now(), '2026-01-01', 1, 10, 5, true from generate_series(1, ?) n
            """,
            PruneStore::defaultPartsOlderThan),
        prune(
            "parent_instance",
            """
            insert into parent_instance (instance_id, total, made, parallelism, tolerated)
            select n, 1, 1, 1, 0
            from (select ?::bigint as job) j cross join generate_series(1, ?) n
            """,
            PruneStore::defaultParentsOlderThan),
        prune(
            "flow_node",
            """
            insert into flow_node (flow_id, name, job, state)
            select n, 'n', 'j', 0
            from (select ?::bigint as job) j cross join generate_series(1, ?) n
            """,
            PruneStore::defaultNodesOlderThan),
        prune(
            "log_chunk",
            """
            insert into log_chunk (instance_id, attempt, sequence, last_sequence, bytes, lines)
            select ?, 1, n, n, 1, '[]' from generate_series(1, ?) n
            """,
            PruneStore::defaultLogsOlderThan),
        prune(
            "attempt",
            """
            insert into attempt (instance_id, attempt, state, reported, session_id, started_at,
              ended_at)
            select ?, n, 11, true, gen_random_uuid(), now(), '2026-01-01'
            from generate_series(1, ?) n
            """,
            PruneStore::defaultAttemptsOlderThan));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tables")
  void prunesTablesInBoundedSteps(String table, String insert, Prune prune) {
    StoredJob job = database.job();
    database.update(
        insert,
        "idempotency worker_session token".contains(table) ? job.app() : job.id(),
        DELETE_STEP + 1);
    database.update(FRESH_STATISTICS);
    Client client = database.hot();
    int before = client.calls();

    assertThat(prune.run(new PruneStore(client), DAY)).isEqualTo(DELETE_STEP + 1);

    assertThat(client.calls() - before).as("statements").isEqualTo(2);
    assertThat(database.number("select count(*) from " + table)).isZero();
  }

  @Test
  void prunesIdempotencyKeyOnlyBeyondRetentionAge() {
    StoredJob job = database.job();
    for (Instant made : List.of(NOON.minus(DAY), NOON.minus(DAY).minusMillis(1))) {
      database.update(
          "insert into idempotency (app_id, key, hash, ids, created_at)"
              + " values (?, ?, '', '{}', ?::timestamptz)",
          job.app(),
          made.toString(),
          made.toString());
    }

    assertThat(atNoon().idempotencyOlderThan(DAY)).isOne();

    assertThat(database.texts("select key from idempotency"))
        .containsExactly(NOON.minus(DAY).toString());
  }

  @Test
  void prunesBackfillOnlyBeyondRetentionAge() {
    StoredJob job = database.job();
    for (Instant made : List.of(NOON.minus(DAY), NOON.minus(DAY).minusMillis(1))) {
      database.update(
          "insert into backfill (job_id, from_at, until_at, overlap, instances, created_at)"
              + " values (?, now(), now(), 'skip', 0, ?::timestamptz)",
          job.id(),
          made.toString());
    }

    assertThat(atNoon().backfillsOlderThan(DAY)).isOne();

    assertThat(database.texts("select created_at from backfill"))
        .containsExactly("2026-02-28 12:00:00+00");
  }

  @Test
  void prunesSessionOnlyBeyondRetentionAge() {
    StoredJob job = database.job();
    for (Instant ended : List.of(NOON.minus(DAY), NOON.minus(DAY).minusMillis(1))) {
      database.update(
          "update worker_session set ended_at = ?::timestamptz where id = ?",
          ended.toString(),
          database.session(job));
    }

    assertThat(atNoon().sessionsEndedBefore(DAY)).isOne();

    assertThat(database.texts("select ended_at from worker_session"))
        .containsExactly("2026-02-28 12:00:00+00");
  }

  /** All that hangs on the old instance goes, and nothing of the other one. */
  @Test
  void prunesEndedRunWithAttemptsAndLogsOnlyBeyondRetentionAge() {
    StoredJob job = database.job();
    ended(job, 1, NOON.minus(DAY));
    ended(job, 2, NOON.minus(DAY).minusMillis(1));
    for (int id = 1; id <= 2; id++) {
      attempt(id, 1, NOON);
      database.chunk(id, 1, 0);
    }

    assertThat(atNoon().defaultHistoryOlderThan(DAY)).isOne();

    assertThat(database.numbers("select id from instance_history")).containsExactly(1L);
    assertThat(database.numbers("select instance_id from attempt")).containsExactly(1L);
    assertThat(database.numbers("select instance_id from log_chunk")).containsExactly(1L);
  }

  /** All that hangs on the old part goes; its parent counts it while it waits. */
  @Test
  void prunesEndedPartWithAttemptsAndLogsOnlyBeyondRetentionAge() {
    StoredParent tree = StoredParent.create(database, "{\"type\":\"shards\",\"count\":2}");
    tree.awaiting(10, 2, 2, 2, 0);
    for (int id = 1; id <= 3; id++) {
      tree.ended(id, id == 3 ? 10 : 9, 0, 11);
      attempt(id, 1, NOON);
      database.chunk(id, 1, 0);
    }
    partEnded(1, NOON.minus(DAY));
    partEnded(2, NOON.minus(DAY).minusMillis(1));
    partEnded(3, NOON.minus(DAY).minusMillis(1));

    assertThat(atNoon().defaultPartsOlderThan(DAY)).isOne();

    List<Long> kept = List.of(1L, 3L);
    assertThat(database.numbers("select id from part_history order by 1")).isEqualTo(kept);
    assertThat(database.numbers("select instance_id from attempt order by 1")).isEqualTo(kept);
    assertThat(database.numbers("select instance_id from log_chunk order by 1")).isEqualTo(kept);
  }

  @Test
  void keepsEndedPartsWhileHistoryOfTheirParentIsKept() {
    StoredParent tree = StoredParent.create(database, "{\"type\":\"shards\",\"count\":1}");
    tree.awaiting(10, 1, 1, 1, 0);
    tree.ended(11, 10, 0, 10);
    partEnded(11, NOON.minus(DAY).minusMillis(1));
    database.update("delete from instance");
    ended(tree.job(), 10, NOON.minus(DAY));

    assertThat(atNoon().defaultPartsOlderThan(DAY)).isZero();

    database.update("delete from parent_instance");
    assertThat(atNoon().defaultPartsOlderThan(DAY)).isOne();
  }

  @Test
  void keepsLogsOfActiveAndRecentlyEndedParts() {
    StoredParent tree = StoredParent.create(database, "{\"type\":\"shards\",\"count\":3}");
    tree.part(1, 9, 0);
    tree.ended(2, 9, 1, 10);
    tree.ended(3, 9, 2, 10);
    partEnded(2, NOON.minus(DAY));
    partEnded(3, NOON.minus(DAY).minusMillis(1));
    for (int id = 1; id <= 3; id++) {
      database.chunk(id, 1, 0);
    }

    assertThat(atNoon().defaultLogsOlderThan(DAY)).isOne();

    assertThat(database.numbers("select instance_id from log_chunk order by 1"))
        .containsExactly(1L, 2L);
  }

  static Stream<Arguments> countsAndNodes() {
    return Stream.of(
        prune(
            "parent_instance",
            """
            insert into parent_instance (instance_id, total, made, parallelism, tolerated)
            values (?, 1, 1, 1, 0)
            """,
            PruneStore::defaultParentsOlderThan),
        prune(
            "flow_node",
            "insert into flow_node (flow_id, name, job, state) values (?, 'n', 'j', 0)",
            PruneStore::defaultNodesOlderThan));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("countsAndNodes")
  void prunesCountsAndNodesOfDeletedParents(String table, String insert, Prune prune) {
    StoredJob job = database.job();
    long old = InstanceId.at(NOON.minus(DAY)) - 3;
    for (long id : List.of(old, old + 1, old + 2, old + 3)) {
      database.update(insert, id);
    }
    job.instance(old + 1, "state = 4");
    ended(job, old + 2, NOON.minus(DAY));

    assertThat(prune.run(atNoon(), DAY)).isOne();

    String key = table.equals("flow_node") ? "flow_id" : "instance_id";
    assertThat(database.numbers("select " + key + " from " + table + " order by 1"))
        .containsExactly(old + 1, old + 2, old + 3);
  }

  private void partEnded(long id, Instant at) {
    database.update(
        "update part_history set ended_at = ?::timestamptz where id = ?", at.toString(), id);
  }

  @Test
  void keepsLogsOfActiveAndRecentlyEndedRuns() {
    StoredJob job = database.job();
    job.instance(1);
    ended(job, 2, NOON.minus(DAY));
    ended(job, 3, NOON.minus(DAY).minusMillis(1));
    for (int id = 1; id <= 4; id++) {
      database.chunk(id, 1, 0);
      database.chunk(id, 2, 0);
      database.chunk(id, 2, 1);
    }

    assertThat(atNoon().defaultLogsOlderThan(DAY)).isEqualTo(6);

    assertThat(database.numbers("select distinct instance_id from log_chunk order by 1"))
        .containsExactly(1L, 2L);
    assertThat(database.number("select count(*) from log_chunk")).isEqualTo(6);
  }

  @Test
  void keepsAttemptsOfRemainingRunsAndRecentlyEndedAttempts() {
    StoredJob job = database.job();
    job.instance(1);
    ended(job, 2, NOON);
    Instant old = NOON.minus(DAY).minusMillis(1);
    attempt(1, 1, old);
    attempt(2, 1, old);
    attempt(3, 1, NOON.minus(DAY));
    attempt(3, 2, old);
    attempt(4, 1, old);

    assertThat(atNoon().defaultAttemptsOlderThan(DAY)).isEqualTo(2);

    assertThat(
            database.texts(
                "select instance_id || '.' || attempt from attempt order by instance_id, attempt"))
        .containsExactly("1.1", "2.1", "3.1");
  }

  @FunctionalInterface
  interface Prune {
    int run(PruneStore store, Duration age);
  }

  private static Arguments prune(String table, String insert, Prune prune) {
    return Arguments.of(table, insert, prune);
  }

  private PruneStore atNoon() {
    return new PruneStore(database.hotAt(NOON));
  }

  private static void ended(StoredJob job, long id, Instant endedAt) {
    job.ended(id, 10, "ended_at = '" + endedAt + "'");
  }

  private void attempt(long instance, int attempt, Instant endedAt) {
    database.update(
        """
        insert into attempt (instance_id, attempt, state, reported, session_id, started_at,
          ended_at)
        values (?, ?, 11, true, gen_random_uuid(), now(), ?::timestamptz)
        """,
        instance,
        attempt,
        endedAt.toString());
  }
}
