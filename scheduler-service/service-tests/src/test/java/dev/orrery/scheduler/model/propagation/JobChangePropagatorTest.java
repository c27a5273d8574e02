package dev.orrery.scheduler.model.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreServiceTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.base.database.TestServer;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.RecordedHints;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.model.commit.ManualExecutor;
import dev.orrery.scheduler.model.propagation.JobChangePropagator.Step;
import dev.orrery.scheduler.model.propagation.JobChangeStore.Position;
import dev.orrery.scheduler.testkit.TestMetrics;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Steps that apply a job change to instances, and the recheck that continues them. */
@QuarkusTest
class JobChangePropagatorTest extends StoreServiceTest {
  private static final String CANCELED =
      "select reason || ' ' || id from instance_history order by id";

  @Inject JobChangePropagator changes;
  private final ManualExecutor executor = new ManualExecutor();
  private final SettableTicker ticker = new SettableTicker();
  private final HintBus hints = new HintBus();
  private final RecordedHints heard = RecordedHints.on(hints);
  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @Test
  void limitsInstancesPerStepAndContinuesFromReturnedPosition() {
    StoredJob other = job.sibling("other");
    job.instances(1, 3);
    other.instances(4, 2);
    job.pauseApp();

    Step first = step(Position.START, job, other);
    assertThat(database.instancesIn(2)).containsExactly(1L, 2L);
    assertThat(first.next()).contains(new Position(job.id(), 2));

    Step second = step(first.next().orElseThrow(), job, other);
    assertThat(database.instancesIn(2)).containsExactly(1L, 2L, 3L, 4L);
    assertThat(second.next()).contains(new Position(other.id(), 4));

    assertThat(step(second.next().orElseThrow(), other).next()).isEmpty();
    assertThat(database.instancesIn(1)).isEmpty();
  }

  /** As after a crash behind the commit of the pause. */
  @Test
  void blocksRemainingInstancesOfPausedJobOnRecheck() {
    job.instances(1, 2 * JobChangePropagator.BATCH_SIZE + 1);
    job.pause();
    scheduleRecheck();
    begin();
    assertThat(database.instancesIn(2)).hasSize(JobChangePropagator.BATCH_SIZE);

    StoreDatabase.Client client = recheck();

    assertThat(database.instancesIn(1)).isEmpty();
    assertThat(client.calls()).as("the list, a transaction a step, and the end").isEqualTo(5);
    assertThat(heard.all()).contains(new Hint.Unblock(Set.of(job.id())));
  }

  @Test
  void cancelsRemainingInstancesOfDeletedJobOnRecheck() {
    job.instances(1, JobChangePropagator.BATCH_SIZE + 1);
    database.update("update job set deleted_at = now() where id = ?", job.id());
    scheduleRecheck();
    begin();
    assertThat(database.number("select count(*) from instance")).isOne();

    recheck();

    assertThat(database.number("select count(*) from instance")).isZero();
    assertThat(
            database.number("select count(*) from instance_history where reason = 'JOB_DELETED'"))
        .isEqualTo(JobChangePropagator.BATCH_SIZE + 1);
  }

  @Test
  void limitsParentButNotItsParts() {
    job.instance(1, "state = 4");
    job.instance(2, "parent_id = 1", "part = 0");
    database.update("insert into job_concurrency (job_id, concurrency) values (?, 1)", job.id());
    job.pause();

    begin();

    assertThat(database.instancesIn(1)).containsExactly(2L);
    assertThat(database.texts("select id || ' ' || limited from instance order by id"))
        .containsExactly("1 true", "2 false");
  }

  /** Otherwise they would keep their places if a limit came back. */
  @Test
  void endsLimitOfInstancesOfJobWithoutRow() {
    job.instance(1, "state = 1", "limited = true");
    job.instance(2, "state = 2", "limited = true");
    job.instance(3, "state = 3", "limited = true");

    begin();

    assertThat(database.texts("select state || ' ' || limited from instance order by id"))
        .containsExactly("1 false", "2 false", "3 false");
  }

  /** Its end tells those that wait for it. */
  @Test
  void keepsLimitOfInstanceThatQueuedOneWaitsFor() {
    job.instance(1, "state = 3", "limited = true");
    job.instance(2, "state = 2", "limited = true", "waits_for_predecessors = true");

    begin();

    assertThat(database.texts("select state || ' ' || limited from instance order by id"))
        .containsExactly("3 true", "2 true");
  }

  @Test
  void requestsCancelOfParentOfDeletedAppOnly() {
    job.instance(1, "state = 4");
    job.instance(2, "parent_id = 1", "part = 0");
    database.update("update job set deleted_at = now() where id = ?", job.id());
    database.update("update app set deleted_at = now() where id = ?", job.app());

    begin();

    assertThat(database.numbers("select id from instance where cancel_reason = 'JOB_DELETED'"))
        .containsExactly(1L);
    assertThat(database.instancesIn(1)).containsExactly(2L);
  }

  @Test
  void cancelsOnlyWaitingInstancesOfDeletedJob() {
    waitingAndRunning();
    database.update("update job set deleted_at = now() where id = ?", job.id());

    begin();

    assertThat(database.texts(CANCELED))
        .containsExactly("JOB_DELETED 1", "JOB_DELETED 2", "JOB_DELETED 3", "JOB_DELETED 4");
    assertThat(askedToStop()).isEmpty();
  }

  @Test
  void requestsCancelOfRunningInstancesOfDeletedAppOnce() {
    waitingAndRunning();
    database.update("update job set deleted_at = now() where id = ?", job.id());
    database.update("update app set deleted_at = now() where id = ?", job.app());

    begin();
    assertThat(askedToStop()).containsExactly(5L);
    database.update("update instance set deadline_at = null");
    begin();

    assertThat(database.number("select count(*) from instance where deadline_at is null")).isOne();
    assertThat(database.number("select count(*) from instance_history")).isEqualTo(4);
  }

  @Test
  void cancelsUnstartedTriggeredInstancesOfDisabledTrigger() {
    waitingAndRunning();
    database.update("update instance set fire_time = now() + id * interval '1 hour'");
    job.instance(6);
    job.instance(7, "fire_time = now()", "retry_of = 9");
    scheduleRecheck();
    database
        .hot()
        .transaction(
            connection -> {
              JobConcurrencyStore.cancelFiresOf(connection, List.of(job.id()));
              return null;
            });
    long later = database.number("select instance_id_at(now() + interval '1 minute')");
    job.instance(later, "fire_time = now()");

    begin();

    assertThat(database.texts(CANCELED))
        .containsExactly("JOB_DISABLED 1", "JOB_DISABLED 2", "JOB_DISABLED 3", "JOB_DISABLED 4");
    assertThat(database.numbers("select id from instance order by id"))
        .as("what runs, runs of people, and those of a later backfill")
        .containsExactly(5L, 6L, 7L, later);
  }

  @Test
  void cancelsOnlyUnfinishedFiresOfCanceledBackfill() {
    job.instance(1, "fire_time = '2026-01-01'");
    job.instance(2, "fire_time = '2026-01-02'", "state = 2", "waits_for_predecessors = true");
    job.instance(3);
    job.instance(4, "fire_time = '2026-01-03'", "retry_of = 9");
    job.running(5, database.session(job), "fire_time = '2026-01-05'");
    job.instance(6, "fire_time = '2026-01-06'");
    job.instance(7, "fire_time = '2026-01-07'");
    backfill("now()", 2, 5);
    backfill("null", 6, 6);

    begin();

    assertThat(database.texts(CANCELED)).containsExactly("BACKFILL_CANCELED 2");
    assertThat(askedToStop()).containsExactly(5L);
  }

  @Test
  void startsFirstStepAtGivenInstance() {
    job.instances(1, JobChangePropagator.BATCH_SIZE + 1);
    job.pause();

    database.hot().transaction(connection -> changes.beginAt(connection, job.id(), 2)).run();

    assertThat(database.instancesIn(1)).containsExactly(1L);
  }

  @Test
  void keepsJobRecheckUntilEarlierStatementsHaveTimedOut() {
    scheduleRecheck();
    JobReconciler rechecker = rechecker(database.hot());

    run(rechecker);
    assertThat(database.number("select count(*) from job_recheck")).isOne();

    database.update("update job_recheck set since = since - interval '36 seconds'");
    run(rechecker);
    assertThat(database.number("select count(*) from job_recheck"))
        .as("an old one is looked for every five seconds")
        .isOne();
    ticker.advance(Duration.ofSeconds(5));
    run(rechecker);
    assertThat(database.number("select count(*) from job_recheck")).isZero();
  }

  /** Its rest is not forgotten, however long the recheck takes. */
  @Test
  void keepsRecheckOfJobWithUnprocessedInstances() {
    job.instances(1, JobChangePropagator.BATCH_SIZE + 1);
    job.pause();
    scheduleRecheck();
    database.update("update job_recheck set since = since - interval '1 hour'");
    JobReconciler rechecker =
        new JobReconciler(
            database.hot(),
            executor,
            changes,
            hints,
            TestMetrics.watch(),
            () -> {
              ticker.advance(Duration.ofMillis(1500));
              return ticker.nanos();
            });
    rechecker.recheck();

    executor.runNext();
    assertThat(database.instancesIn(1)).hasSize(1);
    assertThat(database.number("select count(*) from job_recheck")).isOne();

    executor.runAll();
    assertThat(database.instancesIn(1)).isEmpty();
    assertThat(database.number("select count(*) from job_recheck")).isZero();
  }

  @Test
  void queuesOnlyOneRecheck() {
    JobReconciler rechecker = rechecker(database.hot());

    rechecker.recheck();
    rechecker.recheck();

    assertThat(executor.waiting()).isOne();
  }

  @Test
  void keepsRecheckPeriodLongerThanStatementTimeout() {
    Matcher timeout =
        Pattern.compile("statement_timeout = '(\\d+)s'")
            .matcher(TestServer.setting("engine.jdbc.new-connection-sql"));

    assertThat(timeout.find()).isTrue();
    assertThat(Duration.ofSeconds(Long.parseLong(timeout.group(1))))
        .isPositive()
        .isLessThan(JobReconciler.RECONCILE_PERIOD);
  }

  private void waitingAndRunning() {
    job.instance(1, "state = 0");
    job.instance(2);
    job.instance(3, "state = 2");
    job.instance(4, "state = 2", "waits_for_predecessors = true");
    job.running(5, database.session(job));
  }

  private List<Long> askedToStop() {
    return database.numbers("select id from instance where cancel_requested_at is not null");
  }

  private void backfill(String canceledAt, long first, long last) {
    database.update(
        """
        insert into backfill (job_id, from_at, until_at, overlap, canceled_at, first_instance,
          last_instance, instances)
        values (?, now(), now(), 'allow', %s, ?, ?, 1)
        """
            .formatted(canceledAt),
        job.id(),
        first,
        last);
  }

  private void scheduleRecheck() {
    database.update("insert into job_recheck (job_id) values (?)", job.id());
  }

  private void begin() {
    database.hot().transaction(connection -> changes.begin(connection, List.of(job.id()))).run();
  }

  private Step step(Position after, StoredJob... jobs) {
    return database
        .hot()
        .transaction(
            connection ->
                changes.step(
                    connection, List.of(jobs).stream().map(StoredJob::id).toList(), after, 2));
  }

  private JobReconciler rechecker(StoreDatabase.Client client) {
    return new JobReconciler(client, executor, changes, hints, TestMetrics.watch(), ticker);
  }

  private StoreDatabase.Client recheck() {
    StoreDatabase.Client client = database.hot();
    run(rechecker(client));
    return client;
  }

  private void run(JobReconciler rechecker) {
    rechecker.recheck();
    executor.runAll();
  }
}
