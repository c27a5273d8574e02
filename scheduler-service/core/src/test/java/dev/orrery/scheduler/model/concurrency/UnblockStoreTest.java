package dev.orrery.scheduler.model.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.orrery.scheduler.base.database.Call;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.RecordedHints;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.model.commit.ManualExecutor;
import dev.orrery.scheduler.model.concurrency.UnblockStore.Unblocked;
import dev.orrery.scheduler.testkit.TestMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnblockStoreTest extends StoreTest {
  private static final String BLOCKED = "state = 2";
  private static final String LIMITED = "limited = true";

  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @Test
  void unblocksInstancesUpToRemainingLimit() {
    limit(4);
    job.running(1, database.session(job), LIMITED);
    job.instance(2, LIMITED);
    blocked(3, 4, 5);

    assertThat(unblock(database.hot())).hasSize(2);
    assertThat(database.instancesIn(1)).containsExactly(2L, 3L, 4L);
    assertThat(unblock(database.hot())).isEmpty();
  }

  @Test
  void countsAwaitingParentButNotItsPartsTowardLimit() {
    limit(2);
    job.instance(1, "state = 4", LIMITED);
    job.running(2, database.session(job), "parent_id = 1", "part = 0");
    job.instance(3, "parent_id = 1", "part = 1");
    blocked(4, 5);

    assertThat(unblock(database.hot())).hasSize(1);
    assertThat(database.instancesIn(2)).containsExactly(5L);
  }

  /** Rows stand in the table against the order of their ids. */
  @Test
  void unblocksHighestPriorityThenOldestFirst() {
    limit(1);
    blocked(3, 2, 1);
    database.update("update instance set priority = 9 where id = 3");
    database.update("update instance set priority = 9 where id = 2");

    assertThat(unblock(database.hot())).hasSize(1);
    assertThat(database.instancesIn(1)).containsExactly(2L);
  }

  @Test
  void waitsForLockAndCountsInstancesUnblockedByAnotherReplica() {
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
  void holdsJobLockWithoutUnblockedInstances() {
    limit(1);
    lock(database.begin());

    database.call(this::lock).awaitBlocked();
  }

  @Test
  void leavesConcurrencyRowsOfUnrelatedJobsUnlocked() {
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
  void keepsInstancesOfPausedJobOrAppBlocked() {
    database.job();
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
  void excludesScheduledInstancesFromLimit() {
    limit(1);
    job.instance(1, BLOCKED, LIMITED, "due_at = now() + interval '1 hour'");
    blocked(2);

    assertThat(unblock(database.hot())).extracting(Unblocked::ready).containsExactly(false);
    assertThat(database.instancesIn(0)).containsExactly(1L);
    assertThat(unblock(database.hot())).extracting(Unblocked::ready).containsExactly(true);
  }

  @Test
  void keepsQueuedInstanceBlockedUntilPredecessorEnds() {
    job.running(1, database.session(job));
    job.instance(2, BLOCKED, "waits_for_predecessors = true");

    assertThat(endQueueingAndUnblock()).isEmpty();
    database.update("delete from instance where id = 1");

    assertThat(endQueueingAndUnblock()).hasSize(1);
  }

  /** Ids run against the fire times, so that an order by id takes the other one. */
  @Test
  void unblocksQueuedInstancesInFireTimeOrder() {
    job.instance(1, BLOCKED, "waits_for_predecessors = true", "fire_time = '2026-01-02'");
    job.instance(2, BLOCKED, "waits_for_predecessors = true", "fire_time = '2026-01-01'");

    endQueueingAndUnblock();

    assertThat(database.instancesIn(1)).containsExactly(2L);
    assertThat(database.numbers("select id from instance where waits_for_predecessors"))
        .containsExactly(1L);
  }

  @Test
  void unblocksQueuedInstanceDespiteNewerInstance() {
    job.instance(1, BLOCKED, "waits_for_predecessors = true");
    job.instance(2);

    endQueueingAndUnblock();

    assertThat(database.instancesIn(1)).containsExactly(1L, 2L);
  }

  /** As after a backfill: its fire times are earlier, and its ids are larger. */
  @Test
  void keepsQueuedFireBehindEarlierFireTimeWithLargerId() {
    job.instance(1, BLOCKED, "waits_for_predecessors = true", "fire_time = '2026-01-02'");
    job.instance(2, "fire_time = '2026-01-01'");

    endQueueingAndUnblock();

    assertThat(database.instancesIn(1)).containsExactly(2L);
    database.update("delete from instance where id = 2");
    endQueueingAndUnblock();
    assertThat(database.instancesIn(1)).containsExactly(1L);
  }

  @Test
  void unblocksQueuedFireDespiteNewerInstanceWithLaterFireTime() {
    job.instance(1, BLOCKED, "waits_for_predecessors = true", "fire_time = '2026-01-02'");
    job.instance(2, "fire_time = '2026-01-03'");

    endQueueingAndUnblock();

    assertThat(database.instancesIn(1)).containsExactly(1L, 2L);
  }

  @Test
  void unblocksQueuedFireDespiteManualRetryOfEarlierFireTime() {
    job.instance(1, BLOCKED, "waits_for_predecessors = true", "fire_time = '2026-01-02'");
    job.instance(2, "fire_time = '2026-01-01'", "retry_of = 9");

    endQueueingAndUnblock();

    assertThat(database.instancesIn(1)).containsExactly(1L, 2L);
  }

  /** Its attempt was running when the job was deleted, and runs again. */
  @Test
  void unblocksInstanceOfDeletedJobDespitePause() {
    job.instance(1, BLOCKED);
    job.pause();
    assertThat(endQueueingAndUnblock()).isEmpty();
    database.update("update job set deleted_at = now() where id = ?", job.id());

    assertThat(database.hot().autocommit(UnblockStore::jobsWithBlocked)).containsExactly(job.id());
    assertThat(endQueueingAndUnblock()).hasSize(1);
  }

  @Test
  void findsJobsWithBlockedInstancesExceptPausedJobs() {
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

  /**
   * A resumed app has many jobs without a limit. The planner expects an empty queue, as after a
   * quiet time: a join would compare each instance with all.
   */
  @Test
  void boundsUnblockedInstancesPerStatementAcrossJobs() {
    job.instances(100_000, 9000);
    database.update("update instance set state = 2");
    database.update("delete from instance where id < 108990");
    database.update("vacuum analyze instance");
    database.update("delete from instance");
    StoredJob second = job.sibling("second");
    StoredJob third = job.sibling("third");
    List<StoredJob> jobs = List.of(third, job, second);
    for (int i = 0; i < jobs.size(); i++) {
      jobs.get(i).instances(10_000L * i + 1, 3000);
    }
    database.update("update instance set state = 2");

    List<Unblocked> unblocked = unblock(database.hot(), jobs);

    assertThat(unblocked).hasSize(UnblockStore.BATCH_SIZE);
    assertThat(unblocked.stream().filter(one -> one.jobId() == third.id())).hasSize(3000);
    assertThat(unblocked).noneMatch(one -> one.jobId() == second.id());
    assertThat(unblock(database.hot(), jobs)).hasSize(4000);
  }

  /** The small ids of an app must not keep those of others waiting. */
  @Test
  void unblocksJobsInRequestOrder() {
    StoredJob asked = database.job();
    asked.instance(1, BLOCKED);
    Set<Long> jobs = new LinkedHashSet<>(List.of(asked.id()));
    for (int i = 0; i < 199; i++) {
      jobs.add(asked.sibling("sibling-" + i).id());
    }
    blocked(2);
    assertThat(job.id()).isLessThan(asked.id());
    ManualExecutor executor = new ManualExecutor();
    HintBus hints = new HintBus();
    RecordedHints heard = RecordedHints.on(hints);
    new UnblockService(
        database.hot(),
        executor,
        hints,
        new UnblockMetrics(new SimpleMeterRegistry()),
        TestMetrics.watch(),
        new SettableTicker());

    hints.unblock(jobs);
    hints.unblock(Set.of(job.id()));
    heard.forget();
    executor.runAll();

    assertThat(heard.all())
        .containsExactly(
            new Hint.LanesReady(Set.of(asked.lane()), false),
            new Hint.LanesReady(Set.of(job.lane()), false));
  }

  private List<Unblocked> unblock(EngineDatabase client, List<StoredJob> jobs) {
    return client.transaction(
        connection ->
            UnblockStore.unblock(connection, jobs.stream().map(StoredJob::id).toList())
                .unblocked());
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
          return UnblockStore.unblock(connection, jobs).unblocked();
        });
  }

  private List<Unblocked> endQueueingAndUnblock() {
    List<Long> jobs = List.of(job.id());
    return database
        .hot()
        .transaction(
            connection -> {
              UnblockStore.endQueueing(connection, jobs);
              return UnblockStore.unblock(connection, jobs).unblocked();
            });
  }

  /** Other jobs of the same app: full, paused, and with blocked instances of their own. */
  @Test
  void ignoresSiblingJobsWhenUnblockingWithinLimit() {
    limit(1);
    blocked(1);
    StoredJob full = job.sibling("full");
    full.running(2, database.session(job), LIMITED);
    full.instance(3, BLOCKED, LIMITED);
    StoredJob paused = job.sibling("paused");
    paused.instance(4, BLOCKED, LIMITED);
    paused.pause();
    StoredJob ofPausedApp = database.job();
    ofPausedApp.instance(5, BLOCKED, LIMITED);
    ofPausedApp.pauseApp();

    assertThat(unblock(database.hot())).hasSize(1);

    assertThat(database.instancesIn(1)).containsExactly(1L);
    assertThat(database.instancesIn(2)).containsExactly(3L, 4L, 5L);
  }

  @Test
  void ignoresLimitOfAnotherJob() {
    StoredJob full = job.sibling("full");
    database.update("insert into job_concurrency (job_id, concurrency) values (?, 1)", full.id());
    full.running(9, database.session(job), LIMITED);
    job.instance(1, BLOCKED);
    job.instance(2, BLOCKED);

    assertThat(unblock(database.hot())).hasSize(2);
  }

  @Test
  void marksUnblockedInstanceReadyExactlyAtDueTime() {
    Instant due = Instant.parse("2026-01-01T09:00:00Z");
    job.instance(1, BLOCKED, "due_at = '2026-01-01T09:00:00Z'");

    assertThat(unblock(database.hotAt(due.minusMillis(1))))
        .extracting(Unblocked::ready, Unblocked::dueIn)
        .containsExactly(tuple(false, Duration.ofMillis(1)));
    database.update("update instance set state = 2");
    assertThat(unblock(database.hotAt(due))).extracting(Unblocked::ready).containsExactly(true);
  }

  /** As when a check meets a hint, or two replicas meet. */
  @Test
  void returnsLaneOfInstanceThatAnotherTransactionUnblocked() {
    job.instance(1, BLOCKED);
    StoreDatabase.Client first = database.begin();
    first.update("update instance set state = 1 where id = 1");

    Call<UnblockStore.Result> second =
        database
            .call(
                client ->
                    client.transaction(
                        connection -> UnblockStore.unblock(connection, List.of(job.id()))))
            .awaitBlocked();
    first.commit();

    assertThat(second.result()).isEqualTo(new UnblockStore.Result(List.of(), Set.of(job.lane())));
  }

  @Test
  void skipsConcurrentlyCanceledInstance() {
    job.instance(1, BLOCKED);
    StoreDatabase.Client cancel = database.begin();
    cancel.update("update instance set state = 13 where id = 1");

    Call<List<Unblocked>> unblock = database.call(this::unblock).awaitBlocked();
    cancel.commit();

    assertThat(unblock.result()).isEmpty();
    assertThat(database.instancesIn(13)).containsExactly(1L);
  }

  /** In another order, an unblock and a command for the same instances wait for each other. */
  @Test
  void locksInstancesInIdOrder() {
    job.instance(2, BLOCKED);
    job.instance(1, BLOCKED);
    StoreDatabase.Client holder = database.begin();
    holder.lock("select from instance where id = 1 for update");

    Call<List<Unblocked>> unblock = database.call(this::unblock).awaitBlocked();

    database.callWithoutBlocking(
        client -> client.update("update instance set failures = 0 where id = 2"));
    holder.commit();
    assertThat(unblock.result()).hasSize(2);
  }

  @Test
  void locksJobsInIdOrder() {
    StoredJob later = job.sibling("later");
    for (StoredJob one : List.of(later, job)) {
      database.update("insert into job_concurrency (job_id) values (?)", one.id());
    }
    database.begin().lock("select from job_concurrency where job_id = ? for update", job.id());

    database
        .call(
            client ->
                client.transaction(
                    connection -> {
                      UnblockStore.lock(connection, List.of(later.id(), job.id()));
                      return true;
                    }))
        .awaitBlocked();

    database.callWithoutBlocking(
        client ->
            client.update(
                "update job_concurrency set concurrency = 2 where job_id = ?", later.id()));
  }

  /** Another job has older instances that are left, and waiting ones of its own. */
  @Test
  void ordersQueuedInstancesWithinJobOnly() {
    StoredJob other = job.sibling("other");
    other.running(1, database.session(job));
    other.instance(2, BLOCKED, "waits_for_predecessors = true", "fire_time = '2026-01-01'");
    job.instance(3, BLOCKED, "waits_for_predecessors = true", "fire_time = '2026-01-02'");

    endQueueingAndUnblock();

    assertThat(database.instancesIn(1)).containsExactly(3L);
    assertThat(database.numbers("select id from instance where waits_for_predecessors"))
        .containsExactly(2L);
  }

  @Test
  void unblocksOlderOfTwoQueuedInstancesWithEqualFireTime() {
    job.instance(2, BLOCKED, "waits_for_predecessors = true", "retry_of = 8");
    job.instance(1, BLOCKED, "waits_for_predecessors = true", "retry_of = 9");

    endQueueingAndUnblock();

    assertThat(database.instancesIn(1)).containsExactly(1L);
  }

  @Test
  void ignoresHigherPriorityInstanceOfAnotherJob() {
    limit(1);
    blocked(1);
    job.sibling("urgent").instance(2, BLOCKED, LIMITED, "priority = 9");

    unblock(database.hot());

    assertThat(database.instancesIn(1)).containsExactly(1L);
  }

  @Test
  void assignsFreeSlotToInstanceThatWaitsForNoPredecessor() {
    limit(1);
    blocked(1, 2);
    database.update("update instance set waits_for_predecessors = true where id = 1");

    unblock(database.hot());

    assertThat(database.instancesIn(1)).containsExactly(2L);
  }

  @Test
  void skipsInstanceConcurrentlyQueuedBehindPredecessors() {
    job.instance(1, BLOCKED);
    StoreDatabase.Client other = database.begin();
    other.update("update instance set waits_for_predecessors = true where id = 1");

    Call<List<Unblocked>> unblock = database.call(this::unblock).awaitBlocked();
    other.commit();

    assertThat(unblock.result()).isEmpty();
    assertThat(database.instancesIn(2)).containsExactly(1L);
  }

  /** Jobs without any have the smallest and the greatest ids, and lie in between. */
  @Test
  void findsOnlyJobsWithBlockedInstances() {
    job.instance(1);
    StoredJob queueing = job.sibling("queueing");
    queueing.instance(2, BLOCKED, "waits_for_predecessors = true");
    job.sibling("ready").instance(3);
    StoredJob blocked = job.sibling("blocked");
    blocked.instance(5, BLOCKED);
    blocked.instance(4, BLOCKED);
    StoredJob secondQueueing = job.sibling("second queueing");
    secondQueueing.instance(6, BLOCKED, "waits_for_predecessors = true");
    StoredJob secondBlocked = job.sibling("second blocked");
    secondBlocked.instance(7, BLOCKED);
    job.sibling("running").running(8, database.session(job));
    job.sibling("empty");

    assertThat(database.hot().autocommit(UnblockStore::jobsWithBlocked))
        .containsExactly(queueing.id(), blocked.id(), secondQueueing.id(), secondBlocked.id());
  }

  @Test
  void skipsConcurrentlyCanceledQueuedInstance() {
    job.instance(1, BLOCKED, "waits_for_predecessors = true");
    StoreDatabase.Client cancel = database.begin();
    cancel.update("update instance set state = 13, waits_for_predecessors = false where id = 1");

    Call<List<Unblocked>> turns =
        database
            .call(
                client ->
                    client.transaction(
                        connection -> {
                          UnblockStore.endQueueing(connection, List.of(job.id()));
                          return UnblockStore.unblock(connection, List.of(job.id())).unblocked();
                        }))
            .awaitBlocked();
    cancel.commit();

    assertThat(turns.result()).isEmpty();
    assertThat(database.instancesIn(13)).containsExactly(1L);
  }
}
