package dev.orrery.scheduler.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.concurrency.JobConcurrencyStore.Recheck;
import dev.orrery.scheduler.database.Call;
import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.StoreDatabase;
import dev.orrery.scheduler.database.StoreTest;
import dev.orrery.scheduler.database.StoredJob;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.HintBus;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@QuarkusTest
class JobConcurrencyStoreTest extends StoreTest {
  private static final String AGE =
      "update job_recheck set since = since - interval '11 seconds' where job_id = ?";

  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @Test
  void exactlyTheLimitStaysReadyWhereMoreAreReadyAndNoneRuns() {
    ready(1, 2, 3, 4, 5, 6);

    change(database.hot(), connection -> write(connection, job.id(), 2));

    assertThat(database.instancesIn(1)).containsExactly(1L, 2L);
    assertThat(database.instancesIn(2)).containsExactly(3L, 4L, 5L, 6L);
    assertThat(database.number("select count(*) from instance where limited")).isEqualTo(6);
  }

  @Test
  void whatRunsCountsAgainstTheLimit() {
    job.running(1, database.session(job));
    ready(2, 3, 4);

    change(database.hot(), connection -> write(connection, job.id(), 2));

    assertThat(database.instancesIn(1)).containsExactly(2L);
    assertThat(database.instancesIn(3)).containsExactly(1L);
  }

  @Test
  void nothingStaysReadyWhereMoreRunsThanTheLimitAllows() {
    job.running(1, database.session(job));
    job.running(2, database.session(job));
    ready(3);

    change(database.hot(), connection -> write(connection, job.id(), 1));

    assertThat(database.instancesIn(1)).isEmpty();
    assertThat(database.instancesIn(3)).containsExactly(1L, 2L);
  }

  @Test
  void mostUrgentStaysReady() {
    ready(1, 2, 3);
    database.update("update instance set priority = 9 where id = 3");

    change(database.hot(), connection -> write(connection, job.id(), 1));

    assertThat(database.instancesIn(1)).containsExactly(3L);
  }

  @Test
  void slotWithoutALimitBlocksNothing() {
    ready(1, 2);

    change(database.hot(), connection -> JobConcurrencyStore.ensure(connection, job.id()));

    assertThat(database.instancesIn(1)).containsExactly(1L, 2L);
    assertThat(database.number("select count(*) from instance where limited")).isEqualTo(2);
  }

  @Test
  void ensuredRowKeepsItsLimit() {
    change(database.hot(), connection -> write(connection, job.id(), 3));
    change(database.hot(), connection -> JobConcurrencyStore.ensure(connection, job.id()));

    assertThat(database.numbers("select concurrency from job_concurrency")).containsExactly(3L);
  }

  @Test
  void allThatIsReadyIsBlockedWhereTheJobIsPaused() {
    job.running(1, database.session(job));
    ready(2, 3);
    job.pause();

    change(database.hot(), connection -> JobConcurrencyStore.apply(connection, List.of(job.id())));

    assertThat(database.instancesIn(2)).containsExactly(2L, 3L);
    assertThat(database.instancesIn(3)).containsExactly(1L);
  }

  @Test
  void allThatIsReadyIsBlockedWhereTheAppIsPaused() {
    ready(1, 2);
    job.pauseApp();

    change(database.hot(), connection -> JobConcurrencyStore.apply(connection, List.of(job.id())));

    assertThat(database.instancesIn(2)).containsExactly(1L, 2L);
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        change("write", (connection, id) -> write(connection, id, 1)),
        change("ensure", JobConcurrencyStore::ensure),
        change("remove", JobConcurrencyStoreTest::remove),
        change("apply", (connection, id) -> JobConcurrencyStore.apply(connection, List.of(id))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void changedJobIsRechecked(String name, JobChange change) {
    change(database.hot(), connection -> change.make(connection, job.id()));

    assertThat(database.numbers("select job_id from job_recheck")).containsExactly(job.id());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void jobThatIsChangedAgainIsRecheckedForAsLongAgain(String name, JobChange change) {
    change(database.hot(), connection -> JobConcurrencyStore.ensure(connection, job.id()));
    database.update(AGE, job.id());

    change(database.hot(), connection -> change.make(connection, job.id()));

    assertThat(rechecks(database.hot())).containsExactly(new Recheck(job.id(), false));
  }

  /** A submission that began before the change wrote it by the rule of before. */
  @Test
  void secondRecheckAppliesTheRuleToAStrayInstance() {
    change(database.hot(), connection -> write(connection, job.id(), 1));
    ready(1, 2);
    List<Hint> heard = new ArrayList<>();
    HintBus hints = new HintBus();
    hints.listen(heard::add);

    new JobRechecker(database.hot(), hints).recheck();

    assertThat(database.instancesIn(1)).containsExactly(1L);
    assertThat(database.instancesIn(2)).containsExactly(2L);
    assertThat(heard).containsExactly(new Hint.Unblock(Set.of(job.id())));
  }

  @Test
  void jobIsRecheckedUntilNoEarlierStatementCanBeInFlight() {
    change(database.hot(), connection -> JobConcurrencyStore.ensure(connection, job.id()));
    JobRechecker jobs = new JobRechecker(database.hot(), new HintBus());

    jobs.recheck();
    assertThat(database.number("select count(*) from job_recheck")).isOne();

    database.update(AGE, job.id());
    jobs.recheck();
    assertThat(database.number("select count(*) from job_recheck")).isZero();
  }

  @Test
  void jobsThatAnotherReplicaRechecksAreSkipped() {
    StoredJob other = database.job();
    change(
        database.hot(),
        connection -> JobConcurrencyStore.apply(connection, List.of(job.id(), other.id())));
    database.begin().lock("select from job_recheck where job_id = ? for update", job.id());

    List<Recheck> rechecks = database.callWithoutBlocking(this::rechecks);

    assertThat(rechecks).extracting(Recheck::jobId).containsExactly(other.id());
  }

  @Test
  void changeWaitsForTheHolderOfTheLock() {
    change(database.hot(), connection -> write(connection, job.id(), 1));
    StoreDatabase.Client lettingIn = database.begin();
    lettingIn.transaction(
        connection -> {
          UnblockStore.lock(connection, List.of(job.id()));
          return null;
        });

    Call<Boolean> pause =
        database
            .call(
                client ->
                    change(
                        client,
                        connection -> JobConcurrencyStore.apply(connection, List.of(job.id()))))
            .awaitBlocked();
    lettingIn.commit();

    assertThat(pause.result()).isTrue();
  }

  @Test
  void rowThatOnlyABackfillNeededIsRemovedOnceNothingWaits() {
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
    return client.transaction(
        connection -> JobConcurrencyStore.lockRechecks(connection, JobRechecker.PERIOD, 10));
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

  private static void write(Connection connection, long job, int concurrency) throws SQLException {
    JobConcurrencyStore.write(connection, job, concurrency);
    JobConcurrencyStore.applyRule(connection, List.of(job));
  }

  private static void remove(Connection connection, long job) throws SQLException {
    JobConcurrencyStore.remove(connection, job);
    JobConcurrencyStore.applyRule(connection, List.of(job));
  }

  private static boolean change(EngineDatabase client, Change change) {
    return client.transaction(
        connection -> {
          change.make(connection);
          return true;
        });
  }

  @Test
  void secondLimitReplacesTheFirst() {
    change(database.hot(), connection -> write(connection, job.id(), 3));
    change(database.hot(), connection -> write(connection, job.id(), 5));

    assertThat(database.numbers("select concurrency from job_concurrency")).containsExactly(5L);
  }

  @Test
  void removedLimitIsThatOfTheJobOnly() {
    StoredJob other = job.sibling("other");
    for (StoredJob one : List.of(job, other)) {
      change(database.hot(), connection -> write(connection, one.id(), 3));
    }

    change(database.hot(), connection -> remove(connection, job.id()));

    assertThat(database.numbers("select job_id from job_concurrency")).containsExactly(other.id());
  }

  @Test
  void instanceThatDoesNotQueueDoesNotKeepTheRowOfABackfill() {
    job = database.job("\"overlap\":\"skip\"");
    change(database.hot(), connection -> JobConcurrencyStore.ensure(connection, job.id()));
    job.running(1, database.session(job));

    change(database.hot(), JobConcurrencyStore::removeUnused);

    assertThat(database.number("select count(*) from job_concurrency")).isZero();
  }

  /** Everything that could block them belongs to another job or app. */
  @Test
  void limitAndPauseOfOthersBlockNothing() {
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

    change(database.hot(), connection -> JobConcurrencyStore.apply(connection, List.of(job.id())));
    assertThat(database.instancesIn(1)).as("without a limit").containsExactly(1L, 2L, 5L, 6L);

    change(database.hot(), connection -> write(connection, job.id(), 2));
    assertThat(database.instancesIn(1)).as("with a limit").containsExactly(1L, 2L, 5L, 6L);
    assertThat(database.numbers("select id from instance where limited order by id"))
        .containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void nothingOfAPausedJobStaysReadyWithinItsLimit() {
    ready(1, 2);
    job.pause();

    change(database.hot(), connection -> write(connection, job.id(), 2));

    assertThat(database.instancesIn(2)).containsExactly(1L, 2L);
  }

  /** Rows stand in the table against the order of their ids. */
  @Test
  void oldestOfTheMostUrgentStayReady() {
    ready(3, 2, 1);

    change(database.hot(), connection -> write(connection, job.id(), 1));

    assertThat(database.instancesIn(1)).containsExactly(1L);
  }

  @Test
  void instanceThatIsClaimedMeanwhileIsNotBlocked() {
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
  void instancesAreLockedInTheOrderOfTheirIds() {
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
  void straysAreLockedInTheOrderOfTheirIds() {
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
  void recheckTakesAsManyJobsAsItIsToldInTheOrderOfTheirIds() {
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
  void recheckIsTheLastOneOnlyAfterTenSeconds() {
    database.update(
        "insert into job_recheck (job_id, since) values (?, '2026-01-01T09:00:00Z')", job.id());
    Instant changed = Instant.parse("2026-01-01T09:00:00Z");

    assertThat(rechecks(database.hotAt(changed.plusSeconds(10)), 1))
        .containsExactly(new Recheck(job.id(), false));
    assertThat(rechecks(database.hotAt(changed.plusSeconds(10).plusMillis(1)), 1))
        .containsExactly(new Recheck(job.id(), true));
  }

  private boolean apply(EngineDatabase client) {
    return change(client, connection -> JobConcurrencyStore.apply(connection, List.of(job.id())));
  }

  private static List<Recheck> rechecks(EngineDatabase client, int limit) {
    return client.transaction(
        connection -> JobConcurrencyStore.lockRechecks(connection, JobRechecker.PERIOD, limit));
  }

  /** Another job has no row, and a third one has a row but was not changed. */
  @Test
  void onlyInstancesOfChangedJobsWithARowAreLimited() {
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
        connection -> JobConcurrencyStore.apply(connection, List.of(job.id(), unlimited.id())));

    assertThat(database.numbers("select id from instance where limited")).containsExactly(1L);
  }

  /** A report that is about to end it holds its row, and waits for the job. */
  @Test
  void runningInstanceThatCountsAlreadyIsNotLocked() {
    change(database.hot(), connection -> write(connection, job.id(), 1));
    job.running(1, database.session(job), "limited = true");
    database.begin().lock("select from instance where id = 1 for update");

    assertThat(database.callWithoutBlocking(this::apply)).isTrue();
  }
}
