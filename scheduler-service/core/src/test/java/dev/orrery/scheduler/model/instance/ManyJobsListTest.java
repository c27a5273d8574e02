package dev.orrery.scheduler.model.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.model.instance.InstancePageStore.PageRequest;
import dev.orrery.scheduler.model.instance.InstancePageStore.Rows;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Instance lists of an app with more jobs than are probed at once, beside a busy app. */
@Tag("slow")
class ManyJobsListTest extends StoreTest {
  private static final int JOBS = 603;
  private static final int LIMIT = 50;
  private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  /** Rows that the transaction has found by indexes. */
  private static final String ROWS_READ =
      "select coalesce(sum(idx_tup_fetch), 0)::bigint as rows from pg_stat_xact_all_tables"
          + " where relname like 'instance%' and relname not like 'instance_number%'";

  private StoredJob job;
  private StoredJob busy;

  @BeforeEach
  void createRows() {
    job = database.job();
    database.update(
        """
        with made as (
          insert into job (app_id, name, version_id)
          select ?, 'job-' || n, new_instance_id() from generate_series(2, ?) n
          returning id, version_id
        )
        insert into job_version (id, job_id, version, document, lane_id, priority)
        select made.version_id, made.id, 1, v.document, v.lane_id, 5
        from made, job_version v where v.id = ?
        """,
        job.app(),
        JOBS,
        job.version());
    busy = database.job();
  }

  static Stream<InstanceFilter> filters() {
    InstanceFilter all = InstanceFilter.created(null, null, null);
    Set<InstanceState> failed = Set.of(InstanceState.FAILED);
    return Stream.of(
        all,
        all.withStates(failed),
        new InstanceFilter(null, failed, null, null, null, "no such host", null),
        new InstanceFilter(null, null, null, null, null, "no such host", null));
  }

  @ParameterizedTest
  @MethodSource("filters")
  void findsSingleRunBesideBusyAppInFirstPage(InstanceFilter filter) {
    long only = InstanceId.at(NOW.minus(HOUR.multipliedBy(48)));
    ended(job.id(), only, 1, 0);
    ended(busy.id(), only + 1, 30_000, InstanceId.span(Duration.ofSeconds(5)));
    // The deletes of earlier tests may have left statistics of an empty table that has pages.
    database.update("analyze instance_history");
    StoreDatabase.Client client = database.begin();

    Rows<InstanceRow> page = page(client, filter, Long.MAX_VALUE);

    assertThat(page.rows()).extracting(InstanceRow::id).containsExactly(only);
    assertThat(page.next()).isNull();
    assertThat(rowsRead(client)).as("rows read").isLessThan(filter.examinesRows() ? 10_100 : 1_100);
  }

  /** The counts decide only how far a call reads: late, missing or wrong ones lose nothing. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 40, 100_000})
  void listsEachInstanceOnceInOrderForAnyFilter(int countedInHour) {
    long span = InstanceId.span(Duration.ofMinutes(7));
    long first = InstanceId.at(NOW.minus(HOUR.multipliedBy(120)));
    database.update(
        """
        insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,
          priority, reported)
        select ? + n * ?, j.id, 1, now(), now(), 1, 10, 5, true
        from generate_series(1, 900) n
        join (select id, row_number() over (order by id) - 1 as place from job where app_id = ?) j
          on j.place = n * 31 % 200
        """,
        first, span, job.app());
    ended(busy.id(), first + 1, 20_000, span / 20);
    database.update(
        """
        insert into end_count (app_id, job_id, start_at, minutes, state, lateness, ends)
        select ?, 0, at, 60, 10, 0, ?
        from generate_series(?::timestamptz, ?::timestamptz, interval '1 hour') at where ? > 0
        """,
        job.app(),
        countedInHour,
        NOW.minus(HOUR.multipliedBy(118)).toString(),
        NOW.toString(),
        countedInHour);

    List<Long> found = new ArrayList<>();
    Long before = Long.MAX_VALUE;
    int calls = 0;
    while (before != null) {
      Rows<InstanceRow> page =
          page(database.hot(), InstanceFilter.created(null, null, null), before);
      page.rows().forEach(row -> found.add(row.id()));
      before = page.next();
      calls++;
    }

    assertThat(found)
        .isEqualTo(
            database.numbers(
                "select h.id from instance_history h join job j on j.id = h.job_id"
                    + " where j.app_id = "
                    + job.app()
                    + " order by h.id desc"))
        .hasSize(900);
    assertThat(calls).isLessThan(60);
  }

  /** 200 of the jobs have the label; the others of the app, and the busy one, are not theirs. */
  @Test
  void listsEachInstanceOfManyLabelledJobsOnce() {
    database.update(
        """
        insert into job_label (app_id, name, value, job_id)
        select app_id, 'team', 'billing', id from job where app_id = ? order by id limit 200
        """,
        job.app());
    long span = InstanceId.span(Duration.ofMinutes(7));
    long first = InstanceId.at(NOW.minus(HOUR.multipliedBy(120)));
    database.update(
        """
        insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,
          priority, reported)
        select ? + n * ?, j.id, 1, now(), now(), 1, 10, 5, true
        from generate_series(1, 900) n
        join (select id, row_number() over (order by id) - 1 as place from job where app_id = ?) j
          on j.place = n * 31 % 400
        """,
        first, span, job.app());
    ended(busy.id(), first + 1, 20_000, span / 20);
    database.update("analyze instance_history");
    InstanceFilter billing =
        InstanceFilter.created(null, null, null).withLabels(Map.of("team", "billing"));

    List<Long> found = new ArrayList<>();
    Long before = Long.MAX_VALUE;
    int calls = 0;
    while (before != null) {
      StoreDatabase.Client client = database.begin();
      Rows<InstanceRow> page = page(client, billing, before);
      page.rows().forEach(row -> found.add(row.id()));
      before = page.next();
      calls++;
      assertThat(rowsRead(client)).as("rows read").isLessThan(21_000);
      client.commit();
    }

    assertThat(found)
        .isEqualTo(
            database.numbers(
                "select h.id from instance_history h join job_label l on l.job_id = h.job_id"
                    + " order by h.id desc"))
        .hasSizeBetween(400, 500);
    assertThat(calls).isLessThan(60);
  }

  @Test
  void listsActiveInstancesBesideBusyApp() {
    long first = InstanceId.at(NOW.minus(HOUR));
    job.instance(first);
    busy.instances(first + 1, 12_000);
    InstanceFilter waiting =
        InstanceFilter.created(null, null, null).withStates(Set.of(InstanceState.READY));

    Rows<InstanceRow> page = page(database.hot(), waiting, Long.MAX_VALUE);

    assertThat(page.rows()).extracting(InstanceRow::id).containsExactly(first);
    assertThat(page.next()).isNull();
  }

  private void ended(long of, long first, int count, long step) {
    database.update(
        """
        insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,
          priority, reported, error)
        select ? + n * ?, ?, 1, now(), now(), 1, 11, 5, true, 'no such host'
        from generate_series(0, ? - 1) n
        """,
        first,
        step,
        of,
        count);
  }

  private Rows<InstanceRow> page(EngineDatabase client, InstanceFilter filter, long before) {
    return new InstancePageStore(client)
        .page(new PageRequest(job.app(), filter, before, LIMIT))
        .orElseThrow();
  }

  private static long rowsRead(StoreDatabase.Client client) {
    return client.autocommit(
        connection ->
            SqlStatement.of(connection, ROWS_READ).first(row -> row.getLong("rows")).orElseThrow());
  }
}
