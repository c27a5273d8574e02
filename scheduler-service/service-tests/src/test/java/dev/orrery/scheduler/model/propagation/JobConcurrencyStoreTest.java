package dev.orrery.scheduler.model.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.Call;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreServiceTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.model.concurrency.UnblockStore;
import dev.orrery.scheduler.model.propagation.JobConcurrencyStore.Recheck;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@QuarkusTest
class JobConcurrencyStoreTest extends StoreServiceTest {
  private static final String AGE =
      "update job_recheck set since = since - interval '36 seconds' where job_id = ?";

  @Inject JobChangePropagator changes;
  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @Test
  void keepsReadyInstancesUpToNewLimit() {
    ready(1, 2, 3, 4, 5, 6);

    change(database.hot(), connection -> write(connection, job.id(), 2));
    unblock();

    assertThat(database.instancesIn(1)).containsExactly(1L, 2L);
    assertThat(database.instancesIn(2)).containsExactly(3L, 4L, 5L, 6L);
    assertThat(database.number("select count(*) from instance where limited")).isEqualTo(6);
  }

  @Test
  void countsRunningInstancesAgainstLimit() {
    job.running(1, database.session(job));
    ready(2, 3, 4);

    change(database.hot(), connection -> write(connection, job.id(), 2));
    unblock();

    assertThat(database.instancesIn(1)).containsExactly(2L);
    assertThat(database.instancesIn(3)).containsExactly(1L);
  }

  /** Only an unblock, which locks the row of the job, decides which of them start. */
  @Test
  void blocksAllReadyInstancesOnNewLimit() {
    ready(1, 2);

    change(database.hot(), connection -> write(connection, job.id(), 5));

    assertThat(database.instancesIn(2)).containsExactly(1L, 2L);
  }

  @Test
  void keepsReadyInstancesWithinUnchangedLimit() {
    change(database.hot(), connection -> write(connection, job.id(), 2));
    ready(1, 2);
    database.update("update instance set limited = true");

    apply(database.hot());

    assertThat(database.instancesIn(1)).containsExactly(1L, 2L);
  }

  @Test
  void keepsReadyInstancesOfJobWithoutLimit() {
    ready(1, 2);

    change(database.hot(), connection -> JobConcurrencyStore.ensure(connection, job.id()));
    apply(database.hot());

    assertThat(database.instancesIn(1)).containsExactly(1L, 2L);
    assertThat(database.number("select count(*) from instance where limited")).isEqualTo(2);
  }

  @Test
  void blocksReadyInstancesOfPausedJobAndApp() {
    job.running(1, database.session(job));
    ready(2, 3);
    job.pause();
    StoredJob ofPausedApp = database.job();
    ofPausedApp.instance(4);
    ofPausedApp.pauseApp();

    change(
        database.hot(),
        connection -> changes.begin(connection, List.of(job.id(), ofPausedApp.id())).run());

    assertThat(database.instancesIn(2)).containsExactly(2L, 3L, 4L);
    assertThat(database.instancesIn(3)).containsExactly(1L);
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        change("write", (connection, id) -> JobConcurrencyStore.write(connection, id, 1)),
        change("ensure", JobConcurrencyStore::ensure),
        change("remove", JobConcurrencyStore::remove),
        change(
            "pause",
            (connection, id) -> JobConcurrencyStore.scheduleRecheck(connection, List.of(id))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void schedulesRecheckOfChangedJob(String name, JobChange change) {
    change(database.hot(), connection -> change.make(connection, job.id()));

    assertThat(database.numbers("select job_id from job_recheck")).containsExactly(job.id());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void restartsRecheckPeriodOnRepeatedJobChange(String name, JobChange change) {
    change(database.hot(), connection -> JobConcurrencyStore.ensure(connection, job.id()));
    database.update(AGE, job.id());

    change(database.hot(), connection -> change.make(connection, job.id()));

    assertThat(rechecks(database.hot())).containsExactly(new Recheck(job.id(), false));
  }

  @Test
  void skipsRechecksLockedByAnotherReplica() {
    StoredJob other = database.job();
    change(
        database.hot(),
        connection ->
            JobConcurrencyStore.scheduleRecheck(connection, List.of(job.id(), other.id())));
    database.begin().lock("select from job_recheck where job_id = ? for update", job.id());

    List<Long> locked =
        database.callWithoutBlocking(
            client ->
                client.transaction(
                    connection ->
                        JobConcurrencyStore.lockRechecks(
                            connection, List.of(job.id(), other.id()))));

    assertThat(locked).containsExactly(other.id());
  }

  @Test
  void waitsForJobLockHolderBeforeApplyingChange() {
    change(database.hot(), connection -> write(connection, job.id(), 1));
    StoreDatabase.Client lettingIn = database.begin();
    lettingIn.transaction(
        connection -> {
          UnblockStore.lock(connection, List.of(job.id()));
          return null;
        });

    Call<Boolean> pause = database.call(this::apply).awaitBlocked();
    lettingIn.commit();

    assertThat(pause.result()).isTrue();
  }

  @Test
  void removesUnusedConcurrencyRowOnceNoInstanceIsQueued() {
    job = database.job("\"overlap\":\"skip\"");
    StoredJob queueing = database.job("\"overlap\":\"skip\"");
    queueing.instance(1, "state = 2", "waits_for_predecessors = true");
    StoredJob limited = database.job("\"overlap\":\"skip\"");
    StoredJob waiting = database.job("\"overlap\":\"queue-all\"");
    for (StoredJob one : List.of(job, queueing, waiting)) {
      change(database.hot(), connection -> JobConcurrencyStore.ensure(connection, one.id()));
    }
    change(database.hot(), connection -> write(connection, limited.id(), 1));

    change(database.hot(), JobConcurrencyStore::removeUnused);

    assertThat(database.numbers("select job_id from job_concurrency order by 1"))
        .containsExactly(queueing.id(), limited.id(), waiting.id());
  }

  private void ready(long... ids) {
    for (long id : ids) {
      job.instance(id);
    }
  }

  private List<Recheck> rechecks(EngineDatabase client) {
    return rechecks(client, 10);
  }

  @FunctionalInterface
  interface JobChange {
    void make(Connection connection, long job) throws SQLException;
  }

  @FunctionalInterface
  private interface Change {
    void make(Connection connection) throws SQLException;
  }

  private static Arguments change(String name, JobChange change) {
    return Arguments.of(name, change);
  }

  private void write(Connection connection, long limited, int concurrency) throws SQLException {
    JobConcurrencyStore.write(connection, limited, concurrency);
    changes.begin(connection, List.of(limited)).run();
  }

  private void unblock() {
    change(
        database.hot(),
        connection -> {
          UnblockStore.lock(connection, List.of(job.id()));
          UnblockStore.unblock(connection, List.of(job.id()));
        });
  }

  private static boolean change(EngineDatabase client, Change change) {
    return client.transaction(
        connection -> {
          change.make(connection);
          return true;
        });
  }

  @Test
  void replacesPreviousConcurrencyLimitAndKeepsItWhenRowIsEnsured() {
    change(database.hot(), connection -> write(connection, job.id(), 3));
    change(database.hot(), connection -> write(connection, job.id(), 5));
    change(database.hot(), connection -> JobConcurrencyStore.ensure(connection, job.id()));

    assertThat(database.numbers("select concurrency from job_concurrency")).containsExactly(5L);
  }

  @Test
  void removesConcurrencyLimitOfGivenJobOnly() {
    StoredJob other = job.sibling("other");
    for (StoredJob one : List.of(job, other)) {
      change(database.hot(), connection -> write(connection, one.id(), 3));
    }

    change(database.hot(), connection -> JobConcurrencyStore.remove(connection, job.id()));

    assertThat(database.numbers("select job_id from job_concurrency")).containsExactly(other.id());
  }

  @Test
  void removesUnusedConcurrencyRowWhileUnlimitedInstanceRuns() {
    job = database.job("\"overlap\":\"skip\"");
    change(database.hot(), connection -> JobConcurrencyStore.ensure(connection, job.id()));
    job.running(1, database.session(job));

    change(database.hot(), JobConcurrencyStore::removeUnused);

    assertThat(database.number("select count(*) from job_concurrency")).isZero();
  }

  /** Everything that could block them belongs to another job or app. */
  @Test
  void ignoresLimitsAndPausesOfUnrelatedJobsAndApps() {
    ready(1, 2);
    StoredJob limited = job.sibling("limited");
    limited.running(3, database.session(job));
    limited.running(4, database.session(job));
    change(database.hot(), connection -> write(connection, limited.id(), 1));
    StoredJob paused = job.sibling("paused");
    paused.instance(5);
    paused.pause();
    StoredJob ofPausedApp = database.job();
    ofPausedApp.instance(6);
    ofPausedApp.pauseApp();

    apply(database.hot());
    assertThat(database.instancesIn(1)).as("without a limit").containsExactly(1L, 2L, 5L, 6L);

    change(database.hot(), connection -> write(connection, job.id(), 2));
    unblock();
    assertThat(database.instancesIn(1)).as("with a limit").containsExactly(1L, 2L, 5L, 6L);
    assertThat(database.numbers("select id from instance where limited order by id"))
        .containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void leavesConcurrentlyClaimedInstanceRunning() {
    ready(1);
    job.pause();
    StoreDatabase.Client claim = database.begin();
    claim.update("update instance set state = 3 where id = 1");

    Call<Boolean> pause = database.call(this::apply).awaitBlocked();
    claim.commit();

    assertThat(pause.result()).isTrue();
    assertThat(database.instancesIn(3)).containsExactly(1L);
  }

  /** In another order, a claim's end and a pause would wait for each other. */
  @Test
  void locksInstancesInIdOrder() {
    ready(2, 1);
    job.pause();
    StoreDatabase.Client holder = database.begin();
    holder.lock("select from instance where id = 1 for update");

    Call<Boolean> pause = database.call(this::apply).awaitBlocked();

    database.callWithoutBlocking(
        client -> client.update("update instance set failures = 0 where id = 2"));
    holder.commit();
    pause.result();
  }

  /** The same for instances that begin to count towards a limit. */
  @Test
  void locksInstancesNotYetCountedTowardsLimitInIdOrder() {
    ready(2, 1);
    database.update("insert into job_concurrency (job_id) values (?)", job.id());
    StoreDatabase.Client holder = database.begin();
    holder.lock("select from instance where id = 1 for update");

    Call<Boolean> change = database.call(this::apply).awaitBlocked();

    database.callWithoutBlocking(
        client -> client.update("update instance set failures = 0 where id = 2"));
    holder.commit();
    change.result();
    assertThat(database.number("select count(*) from instance where limited")).isEqualTo(2);
  }

  @Test
  void returnsBoundedNumberOfRechecksInJobIdOrder() {
    StoredJob second = job.sibling("second");
    StoredJob third = job.sibling("third");
    for (StoredJob one : List.of(third, second, job)) {
      database.update("insert into job_recheck (job_id) values (?)", one.id());
    }

    assertThat(rechecks(database.hot(), 2))
        .extracting(Recheck::jobId)
        .containsExactly(job.id(), second.id());
  }

  @Test
  void marksRecheckAsLastOnlyAfterRecheckPeriod() {
    Instant changed = changedAtNine();
    Instant end = changed.plus(JobReconciler.RECONCILE_PERIOD);

    assertThat(rechecks(database.hotAt(end), 1)).containsExactly(new Recheck(job.id(), false));
    assertThat(rechecks(database.hotAt(end.plusMillis(1)), 1))
        .containsExactly(new Recheck(job.id(), true));
  }

  @Test
  void returnsRecentRechecksWithinFirstTenSeconds() {
    Instant changed = changedAtNine();

    assertThat(recent(changed.plus(JobReconciler.RECENT_WINDOW).minusMillis(1))).hasSize(1);
    assertThat(recent(changed.plus(JobReconciler.RECENT_WINDOW))).isEmpty();
  }

  private Instant changedAtNine() {
    database.update(
        "insert into job_recheck (job_id, since) values (?, '2026-01-01T09:00:00Z')", job.id());
    return Instant.parse("2026-01-01T09:00:00Z");
  }

  private List<Recheck> recent(Instant now) {
    return database
        .hotAt(now)
        .transaction(
            connection ->
                JobConcurrencyStore.rechecks(
                    connection, JobReconciler.RECONCILE_PERIOD, 0, false, 1));
  }

  @Test
  void dropsRecheckOnlyAfterRecheckPeriod() {
    Instant changed = changedAtNine();

    drop(changed.plus(JobReconciler.RECONCILE_PERIOD));
    assertThat(database.number("select count(*) from job_recheck")).isOne();
    drop(changed.plus(JobReconciler.RECONCILE_PERIOD).plusMillis(1));

    assertThat(database.number("select count(*) from job_recheck")).isZero();
  }

  private void drop(Instant now) {
    change(
        database.hotAt(now),
        connection ->
            JobConcurrencyStore.dropRechecks(
                connection, List.of(job.id()), JobReconciler.RECONCILE_PERIOD));
  }

  /** Whoever locks several rows does so in the order of ids. */
  @Test
  void locksUnusedConcurrencyRowsInIdOrder() {
    job = database.job("\"overlap\":\"skip\"");
    StoredJob second = database.job("\"overlap\":\"skip\"");
    for (StoredJob one : List.of(second, job)) {
      database.update("insert into job_concurrency (job_id) values (?)", one.id());
    }
    StoreDatabase.Client holder = database.begin();
    holder.lock("select from job_concurrency where job_id = ? for update", job.id());

    Call<Boolean> removal =
        database.call(client -> change(client, JobConcurrencyStore::removeUnused)).awaitBlocked();

    database.callWithoutBlocking(
        client ->
            client.update(
                "update job_concurrency set concurrency = null where job_id = ?", second.id()));
    holder.commit();
    removal.result();
  }

  private boolean apply(EngineDatabase client) {
    return change(client, connection -> changes.begin(connection, List.of(job.id())).run());
  }

  private static List<Recheck> rechecks(EngineDatabase client, int limit) {
    return client.transaction(
        connection ->
            JobConcurrencyStore.rechecks(
                connection, JobReconciler.RECONCILE_PERIOD, 0, true, limit));
  }

  /** Another job has no row, and a third one has a row but was not changed. */
  @Test
  void limitsOnlyInstancesOfChangedJobsWithConcurrencyRow() {
    StoredJob unlimited = job.sibling("unlimited");
    StoredJob unchanged = job.sibling("unchanged");
    for (StoredJob one : List.of(job, unchanged)) {
      database.update("insert into job_concurrency (job_id) values (?)", one.id());
    }
    ready(1);
    unlimited.instance(2);
    unchanged.instance(3);

    change(
        database.hot(),
        connection -> changes.begin(connection, List.of(job.id(), unlimited.id())).run());

    assertThat(database.numbers("select id from instance where limited")).containsExactly(1L);
  }

  /** A report that is about to end it holds its row, and waits for the job. */
  @Test
  void skipsLockOfRunningInstanceAlreadyCountedTowardsLimit() {
    change(database.hot(), connection -> write(connection, job.id(), 1));
    job.running(1, database.session(job), "limited = true");
    database.begin().lock("select from instance where id = 1 for update");

    assertThat(database.callWithoutBlocking(this::apply)).isTrue();
  }
}
