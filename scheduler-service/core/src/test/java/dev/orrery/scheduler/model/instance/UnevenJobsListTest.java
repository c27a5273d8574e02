package dev.orrery.scheduler.model.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.model.instance.ListShareStore.Newest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches in an app of which one job runs each second, and the others each hour. */
@Tag("slow")
class UnevenJobsListTest extends StoreTest {
  private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
  private static final int SECONDS = 36_000;
  private static final int MAX_CALLS = 10;
  private static final InstanceFilter ALL = InstanceFilter.created(null, null, null);

  private StoredJob busy;

  @BeforeEach
  void createJob() {
    busy = database.job();
  }

  static Stream<InstanceFilter> filters() {
    return Stream.of(
        ALL.withParameters(Map.of("orderId", "4711")),
        new InstanceFilter(null, null, null, null, null, "no such host", null),
        new InstanceFilter(null, null, null, null, "one", null, null),
        new InstanceFilter(null, null, null, null, null, null, Set.of(InstanceOrigin.RETRY)),
        ALL.withStates(Set.of(InstanceState.FAILED)));
  }

  @ParameterizedTest
  @MethodSource("filters")
  void findsRunOfTenHoursAgoInTenCalls(InstanceFilter filter) {
    busy.siblings(60);
    UUID session = database.session(busy);
    database.update("update worker_session set worker = 'one' where id = ?", session);
    endEachSecond(busy.id(), 1);
    endEachHourWithOthers();
    long only = InstanceId.at(NOW.minusSeconds(SECONDS)) + 7;
    database.update(
        """
        insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,
          priority, reported, parameters, error, retry_of, fire_time, session_id)
        values (?, ?, 1, now(), now(), 1, 11, 5, true, '{"orderId": "4711"}', 'no such host', 1,
          now(), ?)
        """,
        only,
        busy.id(),
        session);
    database.update("analyze instance_history");

    InstanceWalk walk = InstanceWalk.of(busy, filter, 50, 1);

    assertThat(walk.ids()).containsExactly(only);
    assertThat(walk.calls()).isLessThanOrEqualTo(MAX_CALLS);
    assertThat(walk.mostRead()).isLessThan(filter.examinesTexts() ? 8_000 : 14_000);
  }

  /** The shares decide only how far a statement reads: no burst or gap loses a run. */
  @ParameterizedTest
  @ValueSource(ints = {2, 60, 150})
  void listsEachRunOnceInOrderBesideBurstsOfOthers(int jobs) {
    busy.siblings(jobs);
    endEachSecond(busy.id(), 10);
    database.update(
        """
        insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,
          priority, reported)
        select ? - (n / 40) * ? - n, j.id, 1, now(), now(), 1, 11, 5, true
        from generate_series(1, 3000) n
        join (select id, row_number() over (order by id) - 1 as place from job where app_id = ?) j
          on j.place = n / 40 * 7 % 60
        """,
        InstanceId.at(NOW) - 5, InstanceId.span(Duration.ofMinutes(11)), busy.app());
    busy.instances(InstanceId.at(NOW) + 10, 300);
    InstanceFilter failed = ALL.withStates(Set.of(InstanceState.FAILED, InstanceState.READY));

    assertThat(InstanceWalk.of(busy, failed, 400).ids())
        .isEqualTo(
            database.numbers(
                """
                select id from (
                  select i.id from instance i join job j on j.id = i.job_id where j.app_id = %1$d
                  union all
                  select h.id from instance_history h join job j on j.id = h.job_id
                  where j.app_id = %1$d and h.state = 11) x
                order by id desc"""
                    .formatted(busy.app())))
        .hasSizeGreaterThan(300);
  }

  @Test
  void givesDenseJobNearlyAllAndSparseJobLittle() {
    Newest dense = new Newest(ListShareStore.SAMPLE, 10_000, 9_981);
    Newest sparse = new Newest(ListShareStore.SAMPLE, 9_000, 9_000 - 19_000);

    assertThat(ListShareStore.divide(List.of(dense, sparse, new Newest(3, 9_999, 1)), 4_000))
        .containsExactly(4_000, 7, ListShareStore.SAMPLE);
    assertThat(ListShareStore.divide(List.of(dense, dense), 4_000)).containsExactly(2_004, 2_004);
    assertThat(ListShareStore.divide(List.of(dense), 10)).containsExactly(10);
  }

  private void endEachSecond(long job, int seconds) {
    database.update(
        """
        insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,
          priority, reported, fire_time, parameters)
        select ? - n * ?, ?, 1, now(), now(), 1, 10, 5, true, now(), '{"orderId": "1"}'
        from generate_series(0, ?) n
        """,
        InstanceId.at(NOW),
        InstanceId.span(Duration.ofSeconds(seconds)),
        job,
        SECONDS / seconds - 1);
  }

  private void endEachHourWithOthers() {
    database.update(
        """
        insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,
          priority, reported, fire_time)
        select ? - (n * 60 + j.place) * ? - 1, j.id, 1, now(), now(), 1, 10, 5, true, now()
        from generate_series(0, 23) n
        join (select id, row_number() over (order by id) as place from job
          where app_id = ? and id <> ?) j on true
        """,
        InstanceId.at(NOW),
        InstanceId.span(Duration.ofMinutes(1)),
        busy.app(),
        busy.id());
  }
}
