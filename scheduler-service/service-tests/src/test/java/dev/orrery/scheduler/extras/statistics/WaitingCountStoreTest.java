package dev.orrery.scheduler.extras.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.extras.statistics.WaitingCountStore.Scope;
import dev.orrery.scheduler.flow.StoredParent;
import dev.orrery.scheduler.model.instance.InstanceId;
import dev.orrery.scheduler.model.instance.WaitingFor;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class WaitingCountStoreTest extends StoreTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @Test
  void groupsInstancesByWaitReason() {
    job.instance(InstanceId.at(NOON), "state = 0", "due_at = '2026-03-02T00:00:00Z'");
    job.instance(2, "state = 0", "attempt = 1");
    job.instance(3, "state = 2", "waits_for_predecessors = true");
    job.instance(4, "state = 2");
    job.instance(5, "due_at = '2026-03-01T11:00:00Z'");
    job.instance(6, "due_at = '2026-03-01T10:00:00Z'");
    job.running(7, database.session(job));
    StoredJob paused = job.sibling("paused");
    paused.instance(8, "state = 2");
    paused.pause();
    database.job().instance(9);

    List<WaitingGroup> groups = count();

    assertThat(groups)
        .extracting(group -> group.reason(WaitingFor.CAPACITY) + " " + group.count())
        .containsExactlyInAnyOrder(
            "DUE_TIME 1", "BACKOFF 1", "OVERLAP 1", "CONCURRENCY 1", "CAPACITY 2", "PAUSED 1");
    assertThat(groups).noneMatch(WaitingGroup::estimated);
    assertThat(of(groups, WaitingFor.CAPACITY).oldest()).isEqualTo(6);
    assertThat(of(groups, WaitingFor.CAPACITY).lane()).isEqualTo(job.lane());
    assertThat(of(groups, WaitingFor.CAPACITY).since()).isEqualTo("2026-03-01T10:00:00Z");
    assertThat(of(groups, WaitingFor.DUE_TIME).since()).isEqualTo(NOON);
    assertThat(of(groups, WaitingFor.PAUSED).job()).isEqualTo("paused");
  }

  @Test
  void groupsReadyParentsByLaneOfTheirParts() {
    StoredParent tree = StoredParent.create(database, "{\"type\":\"broadcast\"}");
    tree.ready(1);
    tree.part(2, 9, 0);

    List<WaitingGroup> groups = count(new Scope(tree.job().app(), null));

    assertThat(groups)
        .extracting(group -> group.lane() + " " + group.count())
        .containsExactly(tree.job().lane() + " 2");
  }

  @Test
  void groupsReadyParentsByOwnLaneWhenFull() {
    StoredParent tree = StoredParent.create(database, "{\"type\":\"shards\",\"count\":2}");
    tree.ready(1);
    tree.part(2, 9, 0);

    List<WaitingGroup> groups = count(new Scope(tree.job().app(), tree.lane()));

    assertThat(groups)
        .extracting(group -> group.lane() + " " + group.count())
        .containsExactlyInAnyOrder(tree.lane() + " 1", tree.job().lane() + " 1");
  }

  @Test
  void prefersAppPauseOverJobPause() {
    job.instance(1, "state = 2");
    StoredJob paused = job.sibling("paused");
    paused.instance(2, "state = 2");
    paused.pause();
    job.pauseApp();

    assertThat(count())
        .extracting(group -> group.reason(WaitingFor.CAPACITY) + " " + group.count())
        .containsExactly("APP_PAUSED 2");
  }

  @ParameterizedTest
  @ValueSource(ints = {WaitingCountStore.MAX_EXACT, WaitingCountStore.MAX_EXACT + 1})
  void countsWaitingInstancesExactlyUpToLimit(int waiting) {
    many(waiting, job, 1);

    WaitingGroup group = of(count(), WaitingFor.CAPACITY);

    assertThat(group.estimated()).isEqualTo(waiting > WaitingCountStore.MAX_EXACT);
    assertThat(group.count()).isCloseTo(waiting, within((long) waiting / 10));
  }

  /** The rare reason is the one that people look for. */
  @Test
  void estimatesLargeGroupsAndCountsSmallGroupsExactly() {
    StoredJob few = job.sibling("few");
    few.instance(1, "state = 2");
    many(60_000, job, 1);
    many(60_000, database.job(), 1);
    many(30_000, job.sibling("scheduled"), 0);
    database.update("analyze instance");

    List<WaitingGroup> groups = count();

    assertThat(of(groups, WaitingFor.CAPACITY).count()).isCloseTo(60_000, within(15_000L));
    assertThat(of(groups, WaitingFor.CAPACITY).estimated()).isTrue();
    assertThat(of(groups, WaitingFor.DUE_TIME).count()).isCloseTo(30_000, within(10_000L));
    assertThat(of(groups, WaitingFor.CONCURRENCY).count()).isOne();
    assertThat(of(groups, WaitingFor.CONCURRENCY).estimated()).isFalse();
  }

  @Test
  void estimatesCountWhenAppHasMoreJobsThanLimit() {
    // The sample is of pages, of which the rows of another test may have left many.
    database.update("truncate instance");
    database.update(
        "insert into job (app_id, name, version_id) select ?, 'many-' || n, ?"
            + " from generate_series(1, ?) n",
        job.app(),
        job.version(),
        WaitingCountStore.MAX_JOBS);
    StoredJob last = job.sibling("z-last");
    many(4, last, 2);
    job.instance(1);

    List<WaitingGroup> groups = count();

    assertThat(of(groups, WaitingFor.CONCURRENCY).count()).isEqualTo(4);
    assertThat(of(groups, WaitingFor.CONCURRENCY).estimated()).isTrue();
    assertThat(of(groups, WaitingFor.CAPACITY).count()).isOne();
  }

  private void many(int count, StoredJob of, int state) {
    database.update(
        """
        insert into instance (id, job_id, job_version_id, lane_id, state, priority, due_at)
        select coalesce((select max(id) from instance), 100) + n, ?, ?, ?, ?, 5,
          '2026-03-01T11:00:00Z'
        from generate_series(1, ?) n
        """,
        of.id(),
        of.version(),
        of.lane(),
        state,
        count);
  }

  private static WaitingGroup of(List<WaitingGroup> groups, WaitingFor waitingFor) {
    return groups.stream()
        .filter(group -> group.reason(WaitingFor.CAPACITY) == waitingFor)
        .max(Comparator.comparing(WaitingGroup::count))
        .orElseThrow();
  }

  private List<WaitingGroup> count() {
    return count(new Scope(job.app(), null));
  }

  private List<WaitingGroup> count(Scope scope) {
    return new WaitingCountStore(database.hot()).count(scope);
  }
}
