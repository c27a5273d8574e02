package dev.orrery.scheduler.extras.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.model.instance.InstanceState;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndCountStoreTest extends StoreTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final int STEP = 1000;

  private StoredJob job;
  private long nextId;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @Test
  void countsEndsPerStateBeforeAndAfterCompaction() {
    ends(3, job, InstanceState.SUCCEEDED, "2026-03-01T12:00:00Z");
    ends(2, job.sibling("other"), InstanceState.SUCCEEDED, "2026-03-01T12:00:59.999Z");
    ends(1, job, InstanceState.FAILED, "2026-03-01T12:00:00Z");
    ends(5, job, InstanceState.FAILED, "2026-03-01T12:01:00Z");
    ends(7, database.job(), InstanceState.FAILED, "2026-03-01T12:00:00Z");
    Map<String, Long> expected =
        Map.of("12:00 SUCCEEDED", 5L, "12:00 FAILED", 1L, "12:01 FAILED", 5L);

    assertThat(counts(null)).isEqualTo(expected);
    assertThat(store().compact(STEP)).isFalse();
    assertThat(database.number("select count(*) from end_count_batch")).isZero();
    assertThat(counts(null)).isEqualTo(expected);

    ends(1, job, InstanceState.FAILED, "2026-03-01T12:01:00Z");
    assertThat(counts(null)).containsEntry("12:01 FAILED", 6L);
    store().compact(STEP);
    assertThat(counts(null)).containsEntry("12:01 FAILED", 6L);
  }

  @Test
  void countsEndsOfAllJobsWithSameName() {
    StoredJob other = job.sibling("other");
    ends(1, other, InstanceState.SUCCEEDED, "2026-03-01T12:00:00Z");
    ends(2, job, InstanceState.SUCCEEDED, "2026-03-01T12:00:00Z");
    store().compact(STEP);
    database.update("update job set deleted_at = now() where id = ?", job.id());
    ends(4, job.sibling("job"), InstanceState.SUCCEEDED, "2026-03-01T12:00:00Z");

    assertThat(counts("job")).isEqualTo(Map.of("12:00 SUCCEEDED", 6L));
    assertThat(counts("other")).isEqualTo(Map.of("12:00 SUCCEEDED", 1L));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 4", "3, 8", "7, 12", "1000, 40"})
  void storesLatenessAsLogarithmicBucket(long millis, int lateness) {
    database.update(
        """
        insert into instance_history (id, job_id, job_version_id, due_at, started_at, ended_at,
          attempt, state, priority, reported)
        select 1, ?, 1, due.at, due.at + ? * interval '1 millisecond', due.at, 1, 10, 5, true
        from (select '2026-03-01T12:00:00Z'::timestamptz as at) due
        """,
        job.id(),
        millis);

    assertThat(database.numbers("select lateness from end_count_batch"))
        .allSatisfy(found -> assertThat(found).isBetween((long) lateness - 1, (long) lateness));
    store().compact(STEP);
    assertThat(database.numbers("select lateness from end_count where job_id = 0"))
        .allSatisfy(found -> assertThat(found).isBetween((long) lateness - 1, (long) lateness));
    assertThat(database.numbers("select lateness from end_count where job_id <> 0"))
        .containsExactly(-1L);
  }

  @Test
  void aggregatesOldMinuteRowsIntoTenMinuteRows() {
    ends(1, job, InstanceState.SUCCEEDED, "2026-03-01T05:49:00Z");
    ends(2, job, InstanceState.SUCCEEDED, "2026-03-01T05:50:00Z");
    ends(4, job, InstanceState.SUCCEEDED, "2026-03-01T05:59:59Z");
    ends(8, job, InstanceState.SUCCEEDED, "2026-03-01T06:00:00Z");
    store().compact(STEP);

    boolean more =
        new EndCountStore(database.hotAt(NOON.plusSeconds(9 * 60 + 59)))
            .lengthen(EndCountSpan.MINUTE, EndCountSpan.TEN_MINUTES, STEP);

    assertThat(more).isFalse();
    assertThat(
            database.texts(
                "select to_char(start_at, 'HH24:MI ') || minutes || ' ' || ends from end_count"
                    + " where job_id = 0 order by start_at"))
        .containsExactly("05:40 10 1", "05:50 10 6", "06:00 1 8");
    assertThat(
            database.texts(
                "select to_char(start_at, 'HH24:MI ') || minutes || ' ' || ends from end_count"
                    + " where job_id <> 0 order by start_at"))
        .containsExactly("05:40 10 1", "05:50 10 6", "06:00 1 8");
  }

  /** Each end is a row of its minute, of the job and of all jobs. */
  @Test
  void aggregatesRowsOfSpanInSeveralSteps() {
    ends(1, job, InstanceState.SUCCEEDED, "2026-03-01T05:50:00Z");
    ends(2, job, InstanceState.SUCCEEDED, "2026-03-01T05:51:00Z");
    ends(4, job, InstanceState.SUCCEEDED, "2026-03-01T05:52:00Z");
    store().compact(STEP);
    EndCountStore atNoon = new EndCountStore(database.hotAt(NOON));

    assertThat(atNoon.lengthen(EndCountSpan.MINUTE, EndCountSpan.TEN_MINUTES, 2)).isTrue();
    assertThat(database.number("select count(*) from end_count where minutes = 1")).isEqualTo(4);
    assertThat(database.number("select sum(ends)::bigint from end_count")).isEqualTo(14);
    assertThat(atNoon.lengthen(EndCountSpan.MINUTE, EndCountSpan.TEN_MINUTES, 2)).isTrue();
    assertThat(atNoon.lengthen(EndCountSpan.MINUTE, EndCountSpan.TEN_MINUTES, 2)).isTrue();
    assertThat(atNoon.lengthen(EndCountSpan.MINUTE, EndCountSpan.TEN_MINUTES, 2)).isFalse();

    assertThat(
            database.texts(
                "select to_char(start_at, 'HH24:MI ') || minutes || ' ' || (job_id = 0) || ' ' || ends"
                    + " from end_count order by job_id"))
        .containsExactly("05:50 10 true 7", "05:50 10 false 7");
  }

  @Test
  void limitsCompactionStepAndResumesLater() {
    for (int i = 0; i < 3; i++) {
      ends(1, job, InstanceState.SUCCEEDED, "2026-03-01T12:00:00Z");
    }

    assertThat(store().compact(2)).isTrue();
    assertThat(database.number("select count(*) from end_count_batch")).isOne();
    assertThat(counts(null)).isEqualTo(Map.of("12:00 SUCCEEDED", 3L));
    assertThat(store().compact(2)).isFalse();
    assertThat(counts(null)).isEqualTo(Map.of("12:00 SUCCEEDED", 3L));
  }

  @Test
  void deletesExpiredEndCounts() {
    database.update(
        "insert into end_count values (?, 0, '2026-02-21T12:00:00Z', 60, 10, -1, 1),"
            + " (?, 0, '2026-02-21T11:59:59Z', 60, 10, -1, 2),"
            + " (?, 0, '2026-02-21T11:00:00Z', 1, 10, -1, 4)",
        job.app(),
        job.app(),
        job.app());

    new EndCountStore(database.hotAt(NOON)).expire(EndCountSpan.HOUR);

    assertThat(database.numbers("select ends from end_count order by 1")).containsExactly(1L, 4L);
  }

  @Test
  void compactsEndCountsWithoutBlockingConcurrentEnds() {
    ends(1, job, InstanceState.SUCCEEDED, "2026-03-01T12:00:00Z");
    StoreDatabase.Client ending = database.begin();
    ending.update(insert(), 100L, job.id(), "2026-03-01T12:00:00Z", 10, 1);

    boolean more = database.callWithoutBlocking(client -> new EndCountStore(client).compact(STEP));
    assertThat(more).isFalse();
    ending.commit();

    assertThat(database.number("select count(*) from end_count_batch")).isOne();
    assertThat(counts(null)).isEqualTo(Map.of("12:00 SUCCEEDED", 2L));
  }

  @Test
  void skipsCompactionRunningOnAnotherReplica() {
    ends(1, job, InstanceState.SUCCEEDED, "2026-03-01T12:00:00Z");
    StoreDatabase.Client other = database.begin();
    other.lock("select pg_advisory_xact_lock(hashtext('orrery'), hashtext('end_count'))");

    boolean more = database.callWithoutBlocking(client -> new EndCountStore(client).compact(STEP));
    assertThat(more).isFalse();
    assertThat(database.number("select count(*) from end_count_batch")).isOne();
  }

  @Test
  void excludesRolledBackEndFromCounts() {
    StoreDatabase.Client ending = database.begin();
    ending.update(insert(), 100L, job.id(), "2026-03-01T12:00:00Z", 10, 1);
    ending.rollback();

    assertThat(counts(null)).isEmpty();
  }

  private void ends(int count, StoredJob of, InstanceState state, String at) {
    database.update(insert(), nextId, of.id(), at, state.code(), count);
    nextId += count;
  }

  private static String insert() {
    return """
        insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,
          priority, reported)
        select of.id + n, of.job_id, 1, of.at, of.at, 1, of.state, 5, true
        from (select ?::bigint as id, ?::bigint as job_id, ?::timestamptz as at, ?::integer as state)
          of, generate_series(1, ?) n
        """;
  }

  private EndCountStore store() {
    return new EndCountStore(database.hot());
  }

  private Map<String, Long> counts(String name) {
    EndCountQuery query =
        new EndCountQuery(
            NOON.minus(Duration.ofHours(1)), NOON.plus(Duration.ofHours(1)), EndCountSpan.MINUTE);
    Function<EndCountRow, String> key =
        row -> row.start().toString().substring(11, 16) + " " + row.state();
    return store().read(job.app(), name, query).stream()
        .collect(Collectors.toMap(key, EndCountRow::ends, Long::sum, TreeMap::new));
  }
}
