package dev.orrery.scheduler.engine.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.Call;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.engine.command.InstanceCommandStore.ActiveInstance;
import dev.orrery.scheduler.engine.command.InstanceCommandStore.Locked;
import dev.orrery.scheduler.engine.command.InstanceCommandStore.Retried;
import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.instance.InstanceState;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InstanceCommandStoreTest extends StoreTest {
  private static final Duration GRACE = Duration.ofMinutes(10);
  private static final String DEADLINE =
      "select extract(epoch from deadline_at - now())::bigint from instance";

  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @Test
  void showsInstanceOfForeignAppOnlyToAdmin() {
    job.instance(1);

    assertThat(lock(database.hot(), 1, job.app())).isPresent();
    assertThat(lock(database.hot(), 1, database.job().app())).isEmpty();
    assertThat(lock(database.hot(), 1, null)).as("for an admin").isPresent();
  }

  @Test
  void showsAndRetriesEndedInstanceOfForeignAppOnlyForAdmin() {
    job.ended(1, 11);
    int other = database.job().app();

    assertThat(hasEnded(1, other)).isFalse();
    assertThat(retry(1, other)).isEmpty();
    for (Integer app : Arrays.asList(job.app(), null)) {
      assertThat(hasEnded(1, app)).isTrue();
      assertThat(retry(1, app)).isPresent();
    }
  }

  @Test
  void blocksRetryOfPausedJobAndApp() {
    job.ended(1, 11);
    job.pause();
    Retried first = retry(1, job.app()).orElseThrow();

    database.update("update job set paused = false");
    job.pauseApp();
    Retried second = retry(1, job.app()).orElseThrow();

    assertThat(database.instancesIn(2)).containsExactly(first.id(), second.id());
  }

  @Test
  void waitsForConcurrentEndOfAttemptAndFindsNothingToCancel() {
    job.running(1, database.session(job));
    StoreDatabase.Client ending = database.begin();
    ending.update("delete from instance where id = 1");

    Call<Optional<Locked>> cancel = database.call(hot -> lock(hot, 1, job.app())).awaitBlocked();
    ending.commit();

    assertThat(cancel.result()).isEmpty();
  }

  @Test
  void locksInstanceUntilTransactionEnds() {
    job.instance(1);
    lock(database.begin(), 1, job.app());

    database.call(client -> client.update("update instance set state = 3")).awaitBlocked();
  }

  @Test
  void setsAttemptDeadlineToEndOfCancelGracePeriod() {
    job.running(1, database.session(job));

    requestCancel(GRACE);

    assertThat(database.number(DEADLINE)).isBetween(540L, 600L);
  }

  @Test
  void keepsEarlierTimeoutDeadlineOnCancel() {
    job.running(1, database.session(job), "deadline_at = now() + interval '1 minute'");

    requestCancel(GRACE);

    assertThat(database.number(DEADLINE)).isLessThanOrEqualTo(60);
  }

  @Test
  void keepsGracePeriodOfFirstCancel() {
    job.running(1, database.session(job));
    requestCancel(GRACE);
    database.update(
        "update instance set deadline_at = null,"
            + " cancel_requested_at = cancel_requested_at - interval '5 minutes'");

    requestCancel(GRACE);

    assertThat(database.number(DEADLINE)).isBetween(240L, 300L);
  }

  @Test
  void requestsCancelOfParentWithoutSettingDeadline() {
    job.instance(1, "state = 4");

    requestCancel(GRACE);

    assertThat(
            database.texts(
                "select cancel_reason from instance"
                    + " where cancel_requested_at is not null and deadline_at is null"))
        .containsExactly("CANCELED");
  }

  @Test
  void requestsNoCancelOfWaitingInstance() {
    job.instance(1);

    requestCancel(GRACE);

    assertThat(database.number("select count(*) from instance where cancel_requested_at is null"))
        .isOne();
  }

  @Test
  void listsActiveInstancesThatCancelWouldChange() {
    job.instance(1);
    job.running(2, database.session(job));
    job.running(3, database.session(job), "cancel_requested_at = now()");
    job.instance(5, "state = 4", "cancel_requested_at = now()");
    job.instance(6, "parent_id = 5", "part = 0");
    StoredJob other = database.job();
    other.instance(4);

    assertThat(activeOf(List.of(job.id()), 10)).containsExactly(1L, 2L);
    assertThat(activeOf(List.of(other.id(), job.id()), 10)).containsExactly(4L, 1L, 2L);
    assertThat(activeOf(List.of(other.id(), job.id()), 2)).containsExactly(4L, 1L);
  }

  private List<Long> activeOf(List<Long> jobs, int limit) {
    return database
        .hot()
        .<List<ActiveInstance>>transaction(
            connection -> InstanceCommandStore.activeOf(connection, jobs, limit))
        .stream()
        .map(ActiveInstance::id)
        .toList();
  }

  private boolean hasEnded(long id, Integer app) {
    return database
        .hot()
        .transaction(connection -> InstanceCommandStore.hasEnded(connection, id, app));
  }

  private Optional<Retried> retry(long id, Integer app) {
    return database
        .hot()
        .transaction(connection -> InstanceCommandStore.retry(connection, id, app));
  }

  private static Optional<Locked> lock(EngineDatabase client, long id, Integer app) {
    return client.transaction(connection -> InstanceCommandStore.lock(connection, id, app));
  }

  private void requestCancel(Duration grace) {
    requestCancel(grace, EndReason.CANCELED);
  }

  private void requestCancel(Duration grace, EndReason reason) {
    database
        .hot()
        .transaction(
            connection -> {
              InstanceCommandStore.requestCancel(connection, List.of(1L), reason, grace);
              return null;
            });
  }

  @Test
  void locksOnlyTheGivenInstance() {
    job.instance(1);
    job.instance(2);

    Optional<Locked> locked = lock(database.begin(), 2, job.app());

    assertThat(locked).hasValueSatisfying(one -> assertThat(one.attempt().instance()).isEqualTo(2));
    database.callWithoutBlocking(client -> client.update("delete from instance where id = 1"));
  }

  @Test
  void findsAndRetriesOnlyTheGivenInstance() {
    job.ended(1, 11);
    job.ended(2, 11);

    assertThat(hasEnded(3, job.app())).isFalse();
    retry(2, job.app());

    assertThat(database.numbers("select retry_of from instance")).containsExactly(2L);
  }

  @Test
  void blocksRetryOnlyWhenItsJobIsLimited() {
    job.ended(1, 11);
    database.update("insert into job_concurrency (job_id) values (?)", database.job().id());
    retry(1, job.app());
    assertThat(database.texts("select state || ' ' || limited from instance"))
        .as("another job is limited")
        .containsExactly("1 false");

    database.update("delete from instance");
    database.update("insert into job_concurrency (job_id) values (?)", job.id());
    retry(1, job.app());
    assertThat(database.texts("select state || ' ' || limited from instance"))
        .containsExactly("2 true");
  }

  @Test
  void requestsCancelOnlyOfTheGivenInstance() {
    job.running(1, database.session(job));
    job.running(2, database.session(job));

    requestCancel(GRACE);

    assertThat(database.numbers("select id from instance where cancel_requested_at is not null"))
        .containsExactly(1L);
  }

  @Test
  void keepsReasonOfFirstCancelRequest() {
    job.running(1, database.session(job));

    requestCancel(GRACE, EndReason.REPLACED);
    requestCancel(GRACE, EndReason.CANCELED);

    assertThat(database.texts("select cancel_reason from instance")).containsExactly("REPLACED");
  }

  /** In another order, two commands for the same instances would wait for each other. */
  @Test
  void locksInstancesInIdOrder() {
    job.instance(2);
    job.instance(1);
    StoreDatabase.Client holder = database.begin();
    holder.lock("select from instance where id = 1 for update");

    Call<?> call =
        database
            .call(
                client ->
                    client.transaction(
                        connection ->
                            InstanceCommandStore.lockThose(
                                connection, List.of(2L, 1L), Set.of(InstanceState.READY))))
            .awaitBlocked();

    database.callWithoutBlocking(
        client -> client.update("update instance set failures = 0 where id = 2"));
    holder.commit();
    call.result();
  }

  @Test
  void refusesRetryOfInstanceOfDeletedJob() {
    job.ended(1, 11);
    database.update("update job set deleted_at = now() where id = ?", job.id());

    assertThat(retry(1, job.app())).isEmpty();
    assertThat(database.number("select count(*) from instance")).isZero();
  }

  /** The parameters of each have 30 bytes. */
  @Test
  void returnsInstancesThatFitParameterLimitButAtLeastOne() {
    List<Long> ids = LongStream.rangeClosed(1, 600).mapToObj(n -> 601 - n).toList();
    ids.forEach(id -> job.ended(id, 11));
    database.update(
        "update instance_history set parameters = '{\"p\": \"twenty-two characters\"}'");

    assertThat(fitting(ids, 30 * 599)).isEqualTo(ids.subList(0, 599));
    assertThat(fitting(ids, 30 * 600)).isEqualTo(ids);
    assertThat(fitting(ids, 30 * 250 - 1)).isEqualTo(ids.subList(0, 249));
    assertThat(fitting(ids, 1)).containsExactly(600L);
  }

  @Test
  void returnsAllInstancesWithoutParameters() {
    job.ended(1, 11);
    job.ended(2, 11);

    assertThat(fitting(List.of(2L, 1L), 0)).containsExactly(2L, 1L);
    assertThat(fitting(List.of(), 0)).isEmpty();
  }

  private List<Long> fitting(List<Long> ids, long bytes) {
    return database
        .hot()
        .transaction(connection -> InstanceCommandStore.fitting(connection, ids, bytes));
  }
}
