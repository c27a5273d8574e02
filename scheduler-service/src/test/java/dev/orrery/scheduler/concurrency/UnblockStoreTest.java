package dev.orrery.scheduler.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.concurrency.UnblockStore.Unblocked;
import dev.orrery.scheduler.database.Call;
import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.StoreDatabase;
import dev.orrery.scheduler.database.StoreTest;
import dev.orrery.scheduler.database.StoredJob;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class UnblockStoreTest extends StoreTest {
  private static final String BLOCKED = "state = 2";
  private static final String LIMITED = "limited = true";

  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @Test
  void asManyAreUnblockedAsTheLimitLeavesBesidesReadyAndRunningOnes() {
    limit(4);
    job.running(1, database.session(job), LIMITED);
    job.instance(2, LIMITED);
    blocked(3, 4, 5);

    assertThat(unblock(database.hot())).hasSize(2);
    assertThat(database.instancesIn(1)).containsExactly(2L, 3L, 4L);
    assertThat(unblock(database.hot())).isEmpty();
  }

  @Test
  void mostUrgentAndThenOldestIsUnblockedFirst() {
    limit(1);
    blocked(1, 2, 3);
    database.update("update instance set priority = 9 where id in (2, 3)");

    assertThat(unblock(database.hot())).hasSize(1);
    assertThat(database.instancesIn(1)).containsExactly(2L);
  }

  @Test
  void secondReplicaWaitsForTheLockAndCountsWhatTheFirstUnblocked() {
    limit(1);
    blocked(1, 2);
    StoreDatabase.Client first = database.begin();
    assertThat(unblock(first)).hasSize(1);

    Call<List<Unblocked>> second = database.call(this::unblock).awaitBlocked();
    first.commit();

    assertThat(second.result()).isEmpty();
    assertThat(database.instancesIn(1)).containsExactly(1L);
  }

  @Test
  void lockIsHeldEvenIfNothingWasUnblocked() {
    limit(1);
    lock(database.begin());

    database.call(this::lock).awaitBlocked();
  }

  @Test
  void slotsOfOtherJobsAreNotHeld() {
    limit(1);
    StoredJob other = database.job();
    database.update("insert into job_concurrency (job_id) values (?)", other.id());
    lock(database.begin());

    database.callWithoutBlocking(
        client ->
            client.update(
                "update job_concurrency set concurrency = 2 where job_id = ?", other.id()));
  }

  @Test
  void nothingOfAPausedJobOrAppIsUnblocked() {
    limit(1);
    blocked(1);
    job.pause();
    assertThat(unblock(database.hot())).isEmpty();

    database.update("update job set paused = false");
    job.pauseApp();
    assertThat(unblock(database.hot())).isEmpty();

    database.update("update app set paused = false");
    assertThat(unblock(database.hot())).hasSize(1);
  }

  @Test
  void scheduledInstanceDoesNotCountTowardsTheLimit() {
    limit(1);
    job.instance(1, BLOCKED, LIMITED, "due_at = now() + interval '1 hour'");
    blocked(2);

    assertThat(unblock(database.hot())).extracting(Unblocked::ready).containsExactly(false);
    assertThat(database.instancesIn(0)).containsExactly(1L);
    assertThat(unblock(database.hot())).extracting(Unblocked::ready).containsExactly(true);
  }

  @Test
  void queuedInstanceIsNotUnblockedBeforeItsTurn() {
    job.running(1, database.session(job));
    job.instance(2, BLOCKED, "waits_for_predecessors = true");

    assertThat(endQueueingAndUnblock()).isEmpty();
    database.update("delete from instance where id = 1");

    assertThat(endQueueingAndUnblock()).hasSize(1);
  }

  /** Ids run against the fire times, so that an order by id takes the other one. */
  @Test
  void queuedOnesTakeTurnsInTheOrderOfTheirFireTimes() {
    job.instance(1, BLOCKED, "waits_for_predecessors = true", "fire_time = '2026-01-02'");
    job.instance(2, BLOCKED, "waits_for_predecessors = true", "fire_time = '2026-01-01'");

    endQueueingAndUnblock();

    assertThat(database.instancesIn(1)).containsExactly(2L);
    assertThat(database.numbers("select id from instance where waits_for_predecessors"))
        .containsExactly(1L);
  }

  @Test
  void queuedOneDoesNotWaitForWhatCameAfterIt() {
    job.instance(1, BLOCKED, "waits_for_predecessors = true");
    job.instance(2);

    endQueueingAndUnblock();

    assertThat(database.instancesIn(1)).containsExactly(1L, 2L);
  }

  @Test
  void jobsWithBlockedInstancesAreThoseThatCouldGoOn() {
    blocked(1, 2);
    StoredJob queueing = database.job();
    queueing.instance(3, BLOCKED, "waits_for_predecessors = true");
    StoredJob paused = database.job();
    paused.instance(4, BLOCKED);
    paused.pause();
    StoredJob ofPausedApp = database.job();
    ofPausedApp.instance(5, BLOCKED);
    ofPausedApp.pauseApp();
    database.job().instance(6);

    assertThat(database.hot().autocommit(UnblockStore::jobsWithBlocked))
        .containsExactly(job.id(), queueing.id());
  }

  private void limit(int concurrency) {
    database.update(
        "insert into job_concurrency (job_id, concurrency) values (?, ?)", job.id(), concurrency);
  }

  private void blocked(long... ids) {
    for (long id : ids) {
      job.instance(id, BLOCKED, LIMITED);
    }
  }

  private List<Long> lock(EngineDatabase client) {
    List<Long> jobs = List.of(job.id());
    return client.transaction(
        connection -> {
          UnblockStore.lock(connection, jobs);
          return jobs;
        });
  }

  /** As a replica does it: the count is a statement of its own, after the lock. */
  private List<Unblocked> unblock(EngineDatabase client) {
    List<Long> jobs = List.of(job.id());
    return client.transaction(
        connection -> {
          UnblockStore.lock(connection, jobs);
          return UnblockStore.unblock(connection, jobs);
        });
  }

  private List<Unblocked> endQueueingAndUnblock() {
    List<Long> jobs = List.of(job.id());
    return database
        .hot()
        .transaction(
            connection -> {
              UnblockStore.endQueueing(connection, jobs);
              return UnblockStore.unblock(connection, jobs);
            });
  }
}
