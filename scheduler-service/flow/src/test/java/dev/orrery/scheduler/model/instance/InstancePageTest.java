package dev.orrery.scheduler.model.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.flow.StoredParent;
import dev.orrery.scheduler.model.instance.InstancePageStore.PageRequest;
import dev.orrery.scheduler.model.instance.InstancePageStore.Rows;
import dev.orrery.scheduler.model.job.ParentLane;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The filter criteria of an instance list. */
class InstancePageTest extends StoreTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @Test
  void includesFirstAndExcludesLastMillisecondOfRange() {
    long noon = InstanceId.at(NOON);
    long later = InstanceId.at(NOON.plusMillis(1));
    job.instance(noon - 1);
    job.instance(noon);
    ended(noon + 1, 10, null);
    ended(later - 1, 10, null);
    job.instance(later);

    assertThat(ids(InstanceFilter.created(null, NOON, NOON.plusMillis(1))))
        .containsExactly(later - 1, noon + 1, noon);
    assertThat(ids(InstanceFilter.created("job", NOON.plusMillis(1), null))).containsExactly(later);
    assertThat(ids(InstanceFilter.created("job", null, NOON))).containsExactly(noon - 1);
  }

  @Test
  void listsInstancesOfAllAppsFilteredByJobName() {
    StoredJob other = database.job();
    database.update("update job set name = 'other' where id = ?", other.id());
    job.instance(1);
    other.instance(2);
    ended(3, 10, null);
    ended(4, 11, "no such host");
    database.update("update instance_history set job_id = ? where id = 4", other.id());

    assertThat(idsOf(all(InstanceFilter.created(null, null, null), 10)))
        .containsExactly(4L, 3L, 2L, 1L);
    assertThat(idsOf(all(InstanceFilter.created("other", null, null), 10))).containsExactly(4L, 2L);
    assertThat(idsOf(all(InstanceFilter.created("other", null, null), 1))).containsExactly(4L);
    assertThat(idsOf(all(InstanceFilter.created("nobody", null, null), 10))).isEmpty();
    assertThat(idsOf(all(by(null, "such host", null), 10))).containsExactly(4L);
  }

  private Rows<InstanceRow> all(InstanceFilter filter, int limit) {
    return new InstancePageStore(database.hot())
        .page(new PageRequest(null, filter, Long.MAX_VALUE, limit))
        .orElseThrow();
  }

  @Test
  void continuesAtCursorWithinRange() {
    long noon = InstanceId.at(NOON);
    for (int i = 0; i < 4; i++) {
      job.instance(noon + i);
    }
    InstanceFilter span = InstanceFilter.created(null, NOON, NOON.plusMillis(1));

    Rows<InstanceRow> first = page(span, Long.MAX_VALUE, 3);
    Rows<InstanceRow> second = page(span, first.next(), 3);

    assertThat(idsOf(first)).containsExactly(noon + 3, noon + 2, noon + 1);
    assertThat(idsOf(second)).containsExactly(noon);
    assertThat(second.next()).isNull();
  }

  @Test
  void filtersByCurrentOrLastWorker() {
    UUID one = worker("one");
    UUID other = worker("other");
    job.running(1, one);
    job.running(2, other);
    job.instance(3);
    ended(4, 10, null);
    database.update("update instance_history set session_id = ? where id = 4", one);

    assertThat(ids(by("one", null, null))).containsExactly(4L, 1L);
    assertThat(ids(by("nobody", null, null))).isEmpty();
  }

  @Test
  void findsErrorTextLiterallyIgnoringCase() {
    ended(1, 11, "Connection refused: 10% of tries");
    ended(2, 12, "connection reset");
    ended(3, 10, null);
    job.instance(4);

    assertThat(ids(by(null, "CONNECTION", null))).containsExactly(2L, 1L);
    assertThat(ids(by(null, "refused", null))).containsExactly(1L);
    assertThat(ids(by(null, "0% of", null))).containsExactly(1L);
    assertThat(ids(by(null, "c%n", null))).isEmpty();
    assertThat(ids(by(null, "r_f", null))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"SCHEDULED, 1 6", "MANUAL, 2", "BACKFILL, 3 4", "RETRY, 5 7", "FLOW, 8 9"})
  void filtersInstancesByOrigin(InstanceOrigin origin, String expected) {
    job.instance(1, fireTime(1));
    job.instance(2);
    job.instance(3, fireTime(3));
    ended(4, 10, null);
    database.update("update instance_history set fire_time = '2026-01-04' where id = 4");
    job.instance(5, fireTime(3), "retry_of = 3");
    job.instance(6, fireTime(6));
    job.instance(7, "retry_of = 2");
    job.instance(8, "parent_id = 2");
    ended(9, 10, null);
    database.update("update instance_history set parent_id = 2 where id = 9");
    backfill(job, 0, 0);
    backfill(job, 3, 5);
    backfill(job, 8, 9);
    backfill(job.sibling("another"), 1, 7);

    assertThat(ids(by(null, null, origin)))
        .containsExactlyInAnyOrderElementsOf(
            List.of(expected.split(" ")).stream().map(Long::valueOf).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "DUE_TIME, 1",
    "BACKOFF, 2",
    "OVERLAP, 3",
    "CONCURRENCY, 4",
    "PAUSED, 5 6",
    "APP_PAUSED, ''",
    "NO_WORKER, ''",
    "CAPACITY, ''",
    "DISPATCH, 7",
    "NO_MATCHING_WORKER, 8",
  })
  void filtersInstancesByWaitReason(WaitingFor reason, String expected) {
    job.instance(1, "state = 0");
    job.instance(2, "state = 0", "attempt = 1");
    job.instance(3, "state = 2", "waits_for_predecessors = true");
    job.instance(4, "state = 2");
    StoredJob paused = job.sibling("paused");
    paused.pause();
    paused.instance(5, "state = 2");
    paused.instance(6, "state = 2", "waits_for_predecessors = true");
    job.instance(7);
    database.update(
        "insert into lane (app_id, processor, tags) values (?, 'noop', '{gpu}')", job.app());
    job.instance(
        8, "lane_id = (select id from lane where tags = '{gpu}' and app_id = " + job.app() + ")");
    UUID worker = worker("one");
    job.running(9, worker);
    ended(10, 11, "no");

    assertThat(ids(InstanceFilter.created(null, null, null).waitingFor(reason)))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(expected.split(" "))
                .filter(id -> !id.isEmpty())
                .map(Long::valueOf)
                .toList());
  }

  @Test
  void filtersParentsByWaitReasonOfTheirParts() {
    StoredParent tree = StoredParent.create(database, "{\"type\":\"broadcast\"}");
    tree.ready(1);
    job = tree.job();

    InstanceFilter all = InstanceFilter.created(null, null, null);
    assertThat(ids(all.waitingFor(WaitingFor.NO_WORKER))).containsExactly(1L);
    worker("one");
    assertThat(ids(all.waitingFor(WaitingFor.DISPATCH))).containsExactly(1L);
    assertThat(ids(all.waitingFor(WaitingFor.NO_MATCHING_WORKER))).isEmpty();
  }

  @Test
  void filtersParentsHeldByParentLimitOfApp() {
    StoredParent tree = StoredParent.create(database, "{\"type\":\"shards\",\"count\":2}");
    job = tree.job();
    worker("one");
    fill(tree, ParentLane.MAX_AWAITING - 1);
    tree.ready(5_000);
    tree.part(5_001, 1, 0);
    InstanceFilter all = InstanceFilter.created(null, null, null);
    assertThat(ids(all.waitingFor(WaitingFor.DISPATCH))).containsExactly(5_000L);
    assertThat(ids(all.waitingFor(WaitingFor.PARENT_LIMIT))).isEmpty();

    tree.awaiting(4_000, 2, 0, 2, 0);

    assertThat(ids(all.waitingFor(WaitingFor.DISPATCH))).isEmpty();
    assertThat(ids(all.waitingFor(WaitingFor.PARENT_LIMIT))).containsExactly(5_000L);
    assertThat(ids(all.waitingFor(WaitingFor.NO_MATCHING_WORKER))).isEmpty();
  }

  private void fill(StoredParent tree, int awaiting) {
    job.instances(1, awaiting);
    database.update("update instance set state = 4, lane_id = ?", tree.lane());
  }

  @Test
  void reportsPausedAppAsReasonForAllBlockedInstances() {
    job.instance(1, "state = 2");
    job.pause();
    job.pauseApp();

    InstanceFilter all = InstanceFilter.created(null, null, null);
    assertThat(ids(all.waitingFor(WaitingFor.APP_PAUSED))).containsExactly(1L);
    assertThat(ids(all.waitingFor(WaitingFor.PAUSED))).isEmpty();
    assertThat(
            ids(all.waitingFor(WaitingFor.APP_PAUSED).withStates(Set.of(InstanceState.SUCCEEDED))))
        .isEmpty();
  }

  @Test
  void selectsInstancesByGivenParameters() {
    ended(1, 10, null);
    ended(2, 10, null);
    job.instance(3, "state = 4");
    database.update(
        "update instance_history set parameters = '{\"order\":\"4711\",\"region\":\"eu\"}'");
    database.update("update instance set parameters = '{\"order\":\"4711\"}'");
    database.update("update instance_history set parameters = null where id = 2");

    InstanceFilter all = InstanceFilter.created(null, null, null);
    assertThat(ids(all.withParameters(Map.of("order", "4711")))).containsExactly(3L, 1L);
    assertThat(ids(all.withParameters(Map.of("order", "4711", "region", "eu"))))
        .containsExactly(1L);
    assertThat(ids(all.withParameters(Map.of("order", "471")))).isEmpty();
    assertThat(ids(all.withParameters(Map.of("none", "")))).isEmpty();
  }

  @Test
  void selectsInstancesOfJobsWithAllLabels() {
    StoredJob other = job.sibling("other");
    StoredJob foreign = database.job();
    job.instance(1);
    other.instance(2);
    foreign.instance(3);
    ended(4, 10, null);
    label(job, "team", "billing");
    label(job, "tier", "gold");
    label(other, "team", "billing");
    label(foreign, "team", "billing");
    InstanceFilter all = InstanceFilter.created(null, null, null);
    InstanceFilter both = all.withLabels(Map.of("team", "billing", "tier", "gold"));

    assertThat(ids(all.withLabels(Map.of("team", "billing")))).containsExactly(4L, 2L, 1L);
    assertThat(ids(both)).containsExactly(4L, 1L);
    assertThat(ids(both.withStates(Set.of(InstanceState.READY)))).containsExactly(1L);
    assertThat(ids(all.withLabels(Map.of("team", "billin")))).isEmpty();
    assertThat(ids(all.withLabels(Map.of("team", "billing", "tier", "none")))).isEmpty();
    InstanceFilter ofOther = InstanceFilter.created("other", null, null);
    assertThat(ids(ofOther.withLabels(Map.of("team", "billing")))).containsExactly(2L);
    assertThat(ids(ofOther.withLabels(Map.of("tier", "gold")))).isEmpty();
    assertThat(idsOf(all(all.withLabels(Map.of("team", "billing")), 10)))
        .containsExactly(4L, 3L, 2L, 1L);
    assertThat(idsOf(all(both, 1))).containsExactly(4L);
  }

  private void label(StoredJob of, String name, String value) {
    database.update(
        "insert into job_label (app_id, job_id, name, value) values (?, ?, ?, ?)",
        of.app(),
        of.id(),
        name,
        value);
  }

  @Test
  void combinesAllFilterCriteria() {
    UUID one = worker("one");
    ended(1, 11, "no such file");
    ended(2, 12, "no such file");
    ended(3, 11, "no such host");
    ended(4, 11, "no such file");
    database.update("update instance_history set session_id = ? where id < 4", one);

    assertThat(
            ids(
                new InstanceFilter(
                    "job",
                    Set.of(InstanceState.FAILED),
                    null,
                    null,
                    "one",
                    "such file",
                    Set.of(InstanceOrigin.MANUAL))))
        .containsExactly(1L);
  }

  /** The one that matches is the oldest, so all others are examined first. */
  @Test
  void findsRareErrorAcrossPagesReadingBoundedRowsPerPage() {
    ended(1, 11, "needle");
    database.update(
        """
        insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,
          priority, reported, error)
        select n, ?, ?, now(), now(), 1, 11, 5, true, 'hay' from generate_series(2, 9001) n
        """,
        job.id(),
        job.version());
    InstanceFilter filter = by(null, "needle", null);

    List<Long> found = new ArrayList<>();
    List<Long> cursors = new ArrayList<>();
    Rows<InstanceRow> page = page(filter, Long.MAX_VALUE, 10);
    found.addAll(idsOf(page));
    while (page.next() != null) {
      cursors.add(page.next());
      page = page(filter, page.next(), 10);
      found.addAll(idsOf(page));
    }

    assertThat(found).containsExactly(1L);
    assertThat(cursors).containsExactly(5002L, 1002L);
  }

  private void ended(long id, int state, String error) {
    job.ended(id, state, "error = " + (error == null ? "null" : "'" + error + "'"));
  }

  @Test
  void endsPageAfterRowExceedingByteLimit() {
    for (int id = 1; id <= 40; id++) {
      ended(id, 11, null);
    }
    database.update(
        """
        update instance_history set parameters = jsonb_build_object('x', repeat('x', 64 * 1024))
        where job_id = ?
        """,
        job.id());
    InstanceFilter any = InstanceFilter.created(null, null, null);

    Rows<InstanceRow> first = page(any, Long.MAX_VALUE, 500);
    Rows<InstanceRow> second = page(any, first.next(), 500);
    Rows<InstanceRow> third = page(any, second.next(), 500);

    assertThat(idsOf(first)).startsWith(40L, 39L).hasSize(16);
    assertThat(idsOf(second)).startsWith(24L).hasSize(16);
    assertThat(idsOf(third)).startsWith(8L).hasSize(8);
    assertThat(third.next()).isNull();
    assertThat(page(any, Long.MAX_VALUE, 3).next()).isEqualTo(38);
  }

  @Test
  void readsIdsAndFailuresWithoutLargeTexts() {
    for (int id = 1; id <= 40; id++) {
      ended(id, 11, "\n \n  refused " + "x".repeat(4_000) + "\nat line 1");
    }
    database.update(
        """
        update instance_history set parameters = jsonb_build_object('x', repeat('x', 64 * 1024)),
          result = repeat('x', 16 * 1024)
        where job_id = ?
        """,
        job.id());
    InstancePageStore store = new InstancePageStore(database.hot());
    PageRequest request =
        new PageRequest(job.app(), InstanceFilter.created(null, null, null), Long.MAX_VALUE, 500);

    assertThat(store.ids(request).orElseThrow().rows()).hasSize(40).startsWith(40L, 39L);
    Rows<FailedInstance> failures = store.failures(request).orElseThrow();
    assertThat(failures.rows()).hasSize(40);
    assertThat(failures.next()).isNull();
    FailedInstance newest = failures.rows().get(0);
    assertThat(newest.id()).isEqualTo(40);
    assertThat(newest.jobId()).isEqualTo(job.id());
    assertThat(newest.state()).isEqualTo(InstanceState.FAILED);
    assertThat(newest.error()).startsWith("  refused xxx").hasSize(InstanceFilter.MAX_ERROR);
  }

  private UUID worker(String name) {
    UUID session = database.session(job);
    database.update("update worker_session set worker = ? where id = ?", name, session);
    return session;
  }

  private void backfill(StoredJob of, long first, long last) {
    database.update(
        """
        insert into backfill (job_id, from_at, until_at, overlap, first_instance, last_instance,
          instances)
        values (?, now(), now(), 'allow', ?, ?, 1)
        """,
        of.id(),
        first,
        last);
  }

  private static String fireTime(int day) {
    return "fire_time = '2026-01-0" + day + "'";
  }

  private static InstanceFilter by(String worker, String error, InstanceOrigin origin) {
    return new InstanceFilter(
        null, null, null, null, worker, error, origin == null ? null : Set.of(origin));
  }

  private List<Long> ids(InstanceFilter filter) {
    return idsOf(page(filter, Long.MAX_VALUE, 100));
  }

  private static List<Long> idsOf(Rows<InstanceRow> rows) {
    return rows.rows().stream().map(InstanceRow::id).toList();
  }

  private Rows<InstanceRow> page(InstanceFilter filter, long before, int limit) {
    return new InstancePageStore(database.hot())
        .page(new PageRequest(job.app(), filter, before, limit))
        .orElseThrow();
  }
}
