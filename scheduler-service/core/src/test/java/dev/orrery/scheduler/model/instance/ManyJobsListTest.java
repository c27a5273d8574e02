package dev.orrery.scheduler.model.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import java.time.Duration;
import java.time.Instant;
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
  private static final InstanceFilter ALL = InstanceFilter.created(null, null, null);

  private StoredJob job;
  private StoredJob busy;

  @BeforeEach
  void createRows() {
    job = database.job();
    job.siblings(JOBS);
    busy = database.job();
  }

  static Stream<InstanceFilter> filters() {
    Set<InstanceState> failed = Set.of(InstanceState.FAILED);
    return Stream.of(
        ALL,
        ALL.withStates(failed),
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

    InstanceWalk walk = InstanceWalk.of(job, filter, LIMIT);

    assertThat(walk.ids()).containsExactly(only);
    assertThat(walk.calls()).isOne();
    assertThat(walk.mostRead()).isLessThan(filter.examinesRows() ? 10_100 : 1_100);
  }

  /** The counts decide only how far a call reads: late, missing or wrong ones lose nothing. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 40, 100_000})
  void listsEachInstanceOnceInOrderForAnyFilter(int countedInHour) {
    end900Of(200);
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

    InstanceWalk walk = InstanceWalk.of(job, ALL, LIMIT);

    assertThat(walk.ids())
        .isEqualTo(
            database.numbers(
                "select h.id from instance_history h join job j on j.id = h.job_id"
                    + " where j.app_id = "
                    + job.app()
                    + " order by h.id desc"))
        .hasSize(900);
    assertThat(walk.calls()).isLessThan(60);
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
    end900Of(400);
    database.update("analyze instance_history");

    InstanceWalk walk = InstanceWalk.of(job, ALL.withLabels(Map.of("team", "billing")), LIMIT);

    assertThat(walk.mostRead()).isLessThan(21_000);
    assertThat(walk.ids())
        .isEqualTo(
            database.numbers(
                "select h.id from instance_history h join job_label l on l.job_id = h.job_id"
                    + " order by h.id desc"))
        .hasSizeBetween(400, 500);
    assertThat(walk.calls()).isLessThan(60);
  }

  @Test
  void listsActiveInstancesBesideBusyApp() {
    long first = InstanceId.at(NOW.minus(HOUR));
    job.instance(first);
    busy.instances(first + 1, 12_000);

    InstanceWalk walk = InstanceWalk.of(job, ALL.withStates(Set.of(InstanceState.READY)), LIMIT);

    assertThat(walk.ids()).containsExactly(first);
    assertThat(walk.calls()).isOne();
  }

  /** Ends 900 instances of so many jobs, in turn, and many more of the busy app. */
  private void end900Of(int jobs) {
    long span = InstanceId.span(Duration.ofMinutes(7));
    long first = InstanceId.at(NOW.minus(HOUR.multipliedBy(120)));
    database.update(
        """
        insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,
          priority, reported)
        select ? + n * ?, j.id, 1, now(), now(), 1, 10, 5, true
        from generate_series(1, 900) n
        join (select id, row_number() over (order by id) - 1 as place from job where app_id = ?) j
          on j.place = n * 31 % ?
        """,
        first, span, job.app(), jobs);
    ended(busy.id(), first + 1, 20_000, span / 20);
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
}
