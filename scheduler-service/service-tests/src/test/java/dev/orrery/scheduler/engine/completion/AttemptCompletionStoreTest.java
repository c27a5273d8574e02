package dev.orrery.scheduler.engine.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.Call;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreServiceTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.engine.completion.AttemptCompletionStore.Rerun;
import dev.orrery.scheduler.engine.completion.AttemptCompletionStore.Running;
import dev.orrery.scheduler.model.instance.AttemptEnd;
import dev.orrery.scheduler.model.instance.Fence;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class AttemptCompletionStoreTest extends StoreServiceTest {
  private static final Duration AT_ONCE = Duration.ZERO;

  @Inject AttemptCompletionService completion;
  private StoredJob job;
  private UUID session;

  @BeforeEach
  void createRows() {
    job = database.job();
    session = database.session(job);
  }

  @Test
  void keepsQueuePositionOnImmediateRetry() {
    job.running(1, session, "due_at = '2026-01-01T09:00:00Z'");

    runAgain(1, AT_ONCE);

    assertThat(database.texts("select state || ' ' || due_at from instance"))
        .containsExactly("1 2026-01-01 09:00:00+00");
  }

  @Test
  void schedulesRetryAfterBackoff() {
    job.running(1, session, "due_at = '2026-01-01T09:00:00Z'");

    runAgain(1, Duration.ofHours(1));

    assertThat(database.instancesIn(0)).containsExactly(1L);
    assertThat(secondsUntilDue()).isBetween(3540L, 3600L);
  }

  @Test
  void clearsAttemptFieldsOnRetry() {
    job.running(1, session, "deadline_at = now() + interval '1 minute'");

    runAgain(1, AT_ONCE);

    assertThat(
            database.texts(
                "select coalesce(deadline_at::text, session_id::text, started_at::text, 'nothing')"
                    + " from instance"))
        .containsExactly("nothing");
  }

  @Test
  void storesEndedAttempt() {
    job.running(1, session, "attempt = 3");

    runAgain(1, AT_ONCE);

    assertThat(
            database.texts(
                "select instance_id || ' ' || attempt || ' ' || state || ' ' || session_id"
                    + " from attempt"))
        .containsExactly("1 3 20 " + session);
  }

  @Test
  void storesFailureAndLossCounts() {
    job.running(1, session, "failures = 2", "losses = 1");

    runAgain(1, AT_ONCE, new RetryDecision.FailureCounts(3, 2));

    assertThat(database.texts("select failures || ' ' || losses from instance"))
        .containsExactly("3 2");
  }

  @Test
  void requeuesHandedBackAttemptImmediatelyTwiceThenDelaysIt() {
    job.running(1, session);
    for (int handBack = 1; handBack <= 2; handBack++) {
      complete(AttemptEnd.HANDED_BACK);
      assertThat(database.instancesIn(1)).containsExactly(1L);
      giveAgain();
    }

    complete(AttemptEnd.HANDED_BACK);

    assertThat(database.instancesIn(0)).containsExactly(1L);
    assertThat(database.number("select count(*) from instance where due_at > now()")).isOne();
  }

  /** Also where an older release kept more. */
  @Test
  void keepsOnlyNewestAttemptsOfTheInstance() {
    job.running(1, session, "attempt = 1300");
    job.running(2, session, "attempt = 1300");
    database.update(
        """
        insert into attempt (instance_id, attempt, state, reported, session_id, started_at, ended_at)
        select id, n, 21, true, gen_random_uuid(), now(), now()
        from instance cross join generate_series(1, 1299) n
        """);

    complete(AttemptEnd.HANDED_BACK);

    assertThat(database.numbers("select min(attempt) from attempt where instance_id = 1"))
        .containsExactly(1101L);
    assertThat(database.number("select count(*) from attempt where instance_id = 1"))
        .isEqualTo(200);
    assertThat(database.number("select count(*) from attempt where instance_id = 2"))
        .isEqualTo(1299);
  }

  @Test
  void limitsStoredAttemptsAcrossManyHandBacks() {
    EngineDatabase client = database.hot();
    job.running(1, session);
    for (int handBack = 1; handBack <= 450; handBack++) {
      complete(client, AttemptEnd.HANDED_BACK);
      giveAgain();
    }

    assertThat(database.numbers("select attempt from attempt order by attempt"))
        .isEqualTo(LongStream.rangeClosed(251, 450).boxed().toList());
  }

  @Test
  void blocksImmediateRetryWhenJobOrAppIsPaused() {
    job.running(1, session);
    job.pause();
    runAgain(1, AT_ONCE);
    assertThat(database.instancesIn(2)).containsExactly(1L);

    database.update("update job set paused = false");
    job.pauseApp();
    job.running(2, session);
    runAgain(2, AT_ONCE);
    assertThat(database.instancesIn(2)).containsExactly(1L, 2L);
  }

  @Test
  void findsOnlyAttemptOfTheSessionThatRunsTheInstance() {
    job.running(1, session);
    job.instance(2, "attempt = 1", "session_id = '" + session + "'");

    List<Running> found =
        lockRunning(
            database.hot(),
            fence(1, 1, session),
            fence(1, 2, session),
            fence(1, 1, UUID.randomUUID()),
            fence(2, 1, session));

    assertThat(found).extracting(Running::fence).containsExactly(fence(1, 1, session));
  }

  @Test
  void completesAttemptOnlyOnceWhenEndedConcurrently() {
    job.running(1, session);
    StoreDatabase.Client first = database.begin();
    List<Running> running = lockRunning(first, fence(1, 1, session));

    Call<List<Running>> second =
        database.call(hot -> lockRunning(hot, fence(1, 1, session))).awaitBlocked();
    runAgain(first, running, AT_ONCE, new RetryDecision.FailureCounts(0, 0));
    first.commit();

    assertThat(second.result()).isEmpty();
  }

  @Test
  void locksTriggerThatWaitsForTheEndedRun() {
    job.trigger("null").running(1, session, "drives_fixed_delay = true");
    StoredJob other = database.job().trigger("null");
    other.running(2, session);
    StoreDatabase.Client first = database.begin();
    lockTriggers(first, 1L, 2L);

    database.call(hot -> lockTriggers(hot, 1L)).awaitBlocked();
    database.callWithoutBlocking(
        client -> client.update("update trigger set priority = 1 where job_id = ?", other.id()));
  }

  @Test
  void schedulesFixedDelayFromTheEndOfTheRun() {
    delayed();

    assertThat(fireAfterDelay()).hasValueSatisfying(wait -> assertThat(wait).isPositive());
    assertThat(secondsUntilFire()).isBetween(3540L, 3600L);
  }

  @Test
  void schedulesNoFixedDelayForPausedJobOrApp() {
    delayed();
    job.pause();
    assertThat(fireAfterDelay()).isEmpty();

    job = database.job();
    delayed();
    job.pauseApp();
    assertThat(fireAfterDelay()).isEmpty();
  }

  @Test
  void schedulesNoFixedDelayForDisabledJob() {
    job = database.job("\"enabled\":false");
    delayed();

    assertThat(fireAfterDelay()).isEmpty();
  }

  @Test
  void schedulesNoFixedDelayBeyondTheEndOfTheTrigger() {
    delayed();
    database.update("update trigger set until_at = now() + interval '59 minutes'");

    assertThat(fireAfterDelay()).isEmpty();
    assertThat(database.number("select count(*) from trigger where next_fire_at is null")).isOne();
  }

  @Test
  void schedulesFixedDelayUpToTheExactEndOfTheTrigger() {
    delayed();
    database.update("update trigger set until_at = '2026-01-01T10:00:00Z'");
    Instant nine = Instant.parse("2026-01-01T09:00:00Z");

    assertThat(fireAfterDelay(database.hotAt(nine.plusMillis(1)))).as("1 ms too late").isEmpty();
    assertThat(fireAfterDelay(database.hotAt(nine))).contains(Duration.ofHours(1));
  }

  private void delayed() {
    job.trigger("null");
    database.update("update trigger set delay = interval '1 hour' where job_id = ?", job.id());
  }

  private Optional<Duration> fireAfterDelay() {
    return fireAfterDelay(database.hot());
  }

  private Optional<Duration> fireAfterDelay(EngineDatabase client) {
    return client.transaction(
        connection -> AttemptCompletionStore.fireAfterDelay(connection, List.of(job.id())));
  }

  private void runAgain(long id, Duration after) {
    runAgain(id, after, new RetryDecision.FailureCounts(0, 1));
  }

  private void runAgain(long id, Duration after, RetryDecision.FailureCounts counts) {
    EngineDatabase client = database.hot();
    int attempt = (int) database.number("select attempt from instance where id = ?", id);
    runAgain(client, lockRunning(client, fence(id, attempt, session)), after, counts);
  }

  private static void runAgain(
      EngineDatabase client,
      List<Running> running,
      Duration after,
      RetryDecision.FailureCounts counts) {
    List<Rerun> again =
        running.stream()
            .map(
                one ->
                    new Rerun(
                        one,
                        EndedAttempt.declared(one.fence(), AttemptEnd.LOST, "gone"),
                        new RetryDecision.RunAgain(counts, after)))
            .toList();
    client.transaction(
        connection -> {
          AttemptCompletionStore.runAgain(connection, again);
          return null;
        });
  }

  /** Ends the attempt of instance 1 that runs now. */
  private void complete(AttemptEnd end) {
    complete(database.hot(), end);
  }

  private void complete(EngineDatabase client, AttemptEnd end) {
    int attempt = (int) database.number("select attempt from instance where id = 1");
    EndedAttempt ended = EndedAttempt.declared(fence(1, attempt, session), end, null);
    client.transaction(connection -> completion.complete(connection, List.of(ended)));
  }

  private void giveAgain() {
    database.update(
        "update instance set state = 3, attempt = attempt + 1, session_id = ?, started_at = now()",
        session);
  }

  private static Fence fence(long instance, int attempt, UUID session) {
    return new Fence(new AttemptRef(instance, attempt), session);
  }

  private static List<Running> lockRunning(EngineDatabase client, Fence... fences) {
    return client.transaction(
        connection -> AttemptCompletionStore.lockRunning(connection, List.of(fences)));
  }

  private static List<Long> lockTriggers(EngineDatabase client, Long... instances) {
    List<Long> ids = List.of(instances);
    return client.transaction(
        connection -> {
          AttemptCompletionStore.lockTriggers(connection, ids);
          return ids;
        });
  }

  private long secondsUntilDue() {
    return database.number("select extract(epoch from due_at - now())::bigint from instance");
  }

  private long secondsUntilFire() {
    return database.number("select extract(epoch from next_fire_at - now())::bigint from trigger");
  }

  @Test
  void requeuesOnlyTheEndedInstance() {
    job.running(1, session);
    job.running(2, session);

    runAgain(1, AT_ONCE);

    assertThat(database.instancesIn(3)).containsExactly(2L);
    assertThat(database.numbers("select instance_id from attempt")).containsExactly(1L);
  }

  @Test
  void movesOnlyTheGivenInstanceToHistory() {
    job.running(1, session);
    job.running(2, session);

    complete(AttemptEnd.FAILED);

    assertThat(database.numbers("select id from instance_history")).containsExactly(1L);
    assertThat(database.instancesIn(3)).containsExactly(2L);
  }

  @Test
  void leavesTriggersOfUnrelatedRunsUnlocked() {
    job.trigger("null").running(1, session, "drives_fixed_delay = true");
    StoredJob other = database.job().trigger("null");
    other.running(2, database.session(other), "drives_fixed_delay = true");

    lockTriggers(database.begin(), 1L);

    database.callWithoutBlocking(
        client -> client.update("update trigger set priority = 1 where job_id = ?", other.id()));
  }

  /** In another order, two groups of ends would wait for each other. */
  @Test
  void locksTriggersInJobOrder() {
    StoredJob later = database.job().trigger("null");
    later.running(1, database.session(later), "drives_fixed_delay = true");
    job.trigger("null").running(2, session, "drives_fixed_delay = true");
    assertThat(job.id()).isLessThan(later.id());
    database.begin().lock("select from trigger where job_id = ? for update", job.id());

    database.call(hot -> lockTriggers(hot, 1L, 2L)).awaitBlocked();

    database.callWithoutBlocking(
        client -> client.update("update trigger set priority = 1 where job_id = ?", later.id()));
  }

  @Test
  void schedulesFixedDelayOnlyForTheGivenJob() {
    StoredJob other = job;
    delayed();
    job = database.job();
    delayed();

    assertThat(fireAfterDelay()).isPresent();

    assertThat(database.numbers("select job_id from trigger where next_fire_at is null"))
        .containsExactly(other.id());
  }

  @Test
  void schedulesNoFixedDelayForTriggerWithNextFireOrWithoutDelay() {
    delayed();
    database.update("update trigger set next_fire_at = '2026-01-01T09:00:00Z'");
    assertThat(fireAfterDelay()).as("it has its next fire").isEmpty();

    database.update("update trigger set delay = null, next_fire_at = null");
    assertThat(fireAfterDelay()).as("it has no delay").isEmpty();
    assertThat(database.texts("select next_fire_at from trigger")).containsExactly((String) null);
  }

  /**
   * In any other order two who end the same attempts would wait for each other. Rows stand in the
   * table against the order of their ids.
   */
  @Test
  void locksAttemptsInIdOrder() {
    job.running(2, session);
    job.running(1, session);
    database.begin().lock("select from instance where id = 1 for update");
    database
        .call(hot -> lockRunning(hot, fence(2, 1, session), fence(1, 1, session)))
        .awaitBlocked();

    List<Running> second =
        database.callWithoutBlocking(client -> lockRunning(client, fence(2, 1, session)));

    assertThat(second).hasSize(1);
  }
}
