package dev.orrery.scheduler.engine.submission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.Call;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.engine.submission.Submission.Idempotency;
import dev.orrery.scheduler.engine.submission.Submission.Run;
import dev.orrery.scheduler.engine.submission.SubmissionStore.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SubmissionStoreTest extends StoreTest {
  private static final String HASH = "00";

  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @Test
  void scopesIdempotencyKeyPerApp() {
    StoredJob other = database.job();
    List<Long> ours = made(submit(database.hot(), keyed(job, "key")));
    List<Long> theirs = made(submit(database.hot(), keyed(other, "key")));

    assertThat(submit(database.hot(), keyed(job, "key"), keyed(other, "key")))
        .containsExactly(new Outcome.Repeated(ours), new Outcome.Repeated(theirs));
    assertThat(database.number("select count(*) from instance")).isEqualTo(2);
  }

  @Test
  void reportsIdempotencyKeyReusedForDifferentCall() {
    submit(database.hot(), keyed(job, "key"));
    Submission another = new Submission(job.app(), new Idempotency("key", "11"), runs(1));

    assertThat(submit(database.hot(), another)).containsExactly(new Outcome.KeyReused());
    assertThat(database.number("select count(*) from instance")).isOne();
  }

  @Test
  void returnsOutcomeOfReplicaCommittingSameIdempotencyKeyFirst() {
    StoreDatabase.Client first = database.begin();
    List<Long> ids = made(submit(first, keyed(job, "key")));

    Call<List<Outcome>> second =
        database.call(hot -> submit(hot, keyed(job, "key"))).awaitBlocked();
    first.commit();

    assertThat(second.result()).containsExactly(new Outcome.Repeated(ids));
  }

  @Test
  void createsRunWhenReplicaHoldingSameIdempotencyKeyRollsBack() {
    StoreDatabase.Client first = database.begin();
    submit(first, keyed(job, "key"));

    Call<List<Outcome>> second =
        database.call(hot -> submit(hot, keyed(job, "key"))).awaitBlocked();
    first.rollback();

    assertThat(made(second.result())).hasSize(1);
  }

  /** In any other order two replicas with the same keys would wait for each other. */
  @Test
  void locksIdempotencyKeysInSortedOrder() {
    StoreDatabase.Client other = database.begin();
    submit(other, keyed(job, "a"));
    database.call(hot -> submit(hot, keyed(job, "b"), keyed(job, "a"))).awaitBlocked();

    List<Outcome> outcomes =
        database.callWithoutBlocking(client -> submit(client, keyed(job, "b")));

    assertThat(made(outcomes)).hasSize(1);
  }

  @Test
  void refusesOnlySubmissionWithUnknownJob() {
    Submission unknown =
        new Submission(
            job.app(), null, List.of(new Run("job", null, null, 1), new Run("no", null, null, 1)));

    List<Outcome> outcomes = submit(database.hot(), unknown, plain(2));

    assertThat(outcomes.get(0)).isEqualTo(new Outcome.UnknownJobs(List.of("no")));
    assertThat(((Outcome.Made) outcomes.get(1)).ids())
        .isEqualTo(database.numbers("select id from instance order by id"))
        .hasSize(2);
  }

  @Test
  void reportsJobOfAnotherAppAsUnknown() {
    Submission foreign = new Submission(database.job().app(), null, runs(1));
    database.update("update job set name = 'ours' where id <> ?", job.id());

    assertThat(submit(database.hot(), foreign))
        .containsExactly(new Outcome.UnknownJobs(List.of("job")));
  }

  @Test
  void returnsReadyLanesAndSchedulesLaterRuns() {
    Instant later = Instant.now().plus(Duration.ofHours(1));
    Submission both =
        new Submission(
            job.app(),
            null,
            List.of(new Run("job", null, null, 1), new Run("job", null, later, 1)));

    Outcome.Made made = (Outcome.Made) submit(database.hot(), both).get(0);

    assertThat(made.readyLanes()).containsExactly(job.lane());
    assertThat(made.nextDueIn()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
    assertThat(database.numbers("select state from instance order by id")).containsExactly(1L, 0L);
  }

  @Test
  void returnsDelayUntilSoonestLaterRun() {
    Instant now = Instant.parse("2026-01-01T09:00:00Z");
    Submission later =
        new Submission(
            job.app(),
            null,
            List.of(
                new Run("job", null, now.plusSeconds(3), 1),
                new Run("job", null, now.plusSeconds(2), 1),
                new Run("job", null, now.plusSeconds(4), 1)));

    Outcome.Made made = (Outcome.Made) submit(database.hotAt(now), later).get(0);

    assertThat(made.nextDueIn()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void blocksRunOfPausedJob() {
    job.pause();

    assertThat(((Outcome.Made) submit(database.hot(), plain(1)).get(0)).readyLanes()).isEmpty();
    assertThat(database.numbers("select state from instance")).containsExactly(2L);
  }

  @Test
  void blocksRunOfConcurrencyLimitedJob() {
    database.update("insert into job_concurrency (job_id, concurrency) values (?, 9)", job.id());

    Outcome.Made made = (Outcome.Made) submit(database.hot(), plain(1)).get(0);

    assertThat(made.limitedJobs()).containsExactly(job.id());
    assertThat(made.readyLanes()).isEmpty();
    assertThat(database.texts("select state || ' ' || limited from instance"))
        .containsExactly("2 true");
  }

  @Test
  void assignsIdsInOrderOfRuns() {
    StoredJob second = job.sibling("second");
    Submission mixed =
        new Submission(
            job.app(),
            null,
            List.of(
                new Run("second", null, null, 2),
                new Run("job", null, null, 2),
                new Run("second", null, null, 1)));

    Outcome.Made made = (Outcome.Made) submit(database.hot(), mixed).get(0);

    assertThat(made.ids()).isSorted();
    assertThat(database.numbers("select job_id from instance order by id"))
        .containsExactly(second.id(), second.id(), job.id(), job.id(), second.id());
  }

  /** Each job is in an app of its own; one of the apps is paused, one of the jobs is limited. */
  @Test
  void createsRunFromOwnJobAmongMixedSubmissions() {
    StoredJob limited = database.job();
    database.update(
        "insert into job_concurrency (job_id, concurrency) values (?, 9)", limited.id());
    StoredJob paused = database.job();
    paused.pauseApp();
    paused.version("priority = 9");

    List<Outcome> outcomes =
        submit(database.hot(), unkeyed(job), unkeyed(limited), unkeyed(paused));

    assertThat(outcomes)
        .extracting(one -> ((Outcome.Made) one).limitedJobs())
        .containsExactly(List.of(), List.of(limited.id()), List.of());
    assertThat(
            database.texts(
                """
                select concat_ws(' ', job_id, job_version_id, lane_id, state, priority, limited)
                from instance order by job_id
                """))
        .containsExactly(row(job, "1 5 f"), row(limited, "2 5 t"), row(paused, "2 9 f"));
  }

  @Test
  void reportsDeletedJobAsUnknown() {
    database.update("update job set deleted_at = now() where id = ?", job.id());

    assertThat(submit(database.hot(), plain(1)))
        .containsExactly(new Outcome.UnknownJobs(List.of("job")));
  }

  @Test
  void namesUnknownJobsSorted() {
    Submission unknown =
        new Submission(
            job.app(),
            null,
            List.of(
                new Run("c", null, null, 1),
                new Run("a", null, null, 1),
                new Run("b", null, null, 1)));

    assertThat(submit(database.hot(), unknown))
        .containsExactly(new Outcome.UnknownJobs(List.of("a", "b", "c")));
  }

  @Test
  void returnsOnlyDueTimeForLaterRunOfLimitedJob() {
    database.update("insert into job_concurrency (job_id, concurrency) values (?, 9)", job.id());

    Outcome.Made made =
        (Outcome.Made) submit(database.hot(), runAt(Instant.now().plusSeconds(3600))).get(0);

    assertThat(made.limitedJobs()).isEmpty();
    assertThat(made.readyLanes()).isEmpty();
    assertThat(made.nextDueIn()).isNotNull();
  }

  @Test
  void treatsRunForCurrentInstantAsReady() {
    Instant now = Instant.parse("2026-01-01T09:00:00Z");

    Outcome.Made made = (Outcome.Made) submit(database.hotAt(now), runAt(now)).get(0);

    assertThat(made.readyLanes()).containsExactly(job.lane());
    assertThat(made.nextDueIn()).isNull();
    assertThat(database.instancesIn(1)).isEqualTo(made.ids());
  }

  /** It must not go ahead of what waits already. */
  @Test
  void treatsRunForPastInstantAsDueNow() {
    Instant now = Instant.parse("2026-01-01T09:00:00Z");

    submit(database.hotAt(now), runAt(now.minusSeconds(3600)));

    assertThat(database.texts("select due_at::time from instance")).containsExactly("09:00:00");
  }

  /** By key alone, or in the order of the submissions, the key of the later app would be first. */
  @Test
  void locksIdempotencyKeysInOrderOfApps() {
    StoredJob other = database.job();
    StoredJob earlier = job.app() < other.app() ? job : other;
    StoredJob later = job.app() < other.app() ? other : job;
    submit(database.begin(), keyed(earlier, "b"));
    database.call(hot -> submit(hot, keyed(later, "a"), keyed(earlier, "b"))).awaitBlocked();

    List<Outcome> outcomes =
        database.callWithoutBlocking(client -> submit(client, keyed(later, "a")));

    assertThat(made(outcomes)).hasSize(1);
  }

  private Submission runAt(Instant time) {
    return new Submission(job.app(), null, List.of(new Run("job", null, time, 1)));
  }

  private static Submission unkeyed(StoredJob job) {
    return new Submission(job.app(), null, runs(1));
  }

  private static String row(StoredJob job, String rest) {
    return job.id() + " " + job.version() + " " + job.lane() + " " + rest;
  }

  private Submission plain(int count) {
    return new Submission(job.app(), null, runs(count));
  }

  private static Submission keyed(StoredJob job, String key) {
    return new Submission(job.app(), new Idempotency(key, HASH), runs(1));
  }

  private static List<Run> runs(int count) {
    return List.of(new Run("job", null, null, count));
  }

  private static List<Outcome> submit(EngineDatabase client, Submission... submissions) {
    return new SubmissionStore(client).submit(Arrays.asList(submissions));
  }

  private static List<Long> made(List<Outcome> outcomes) {
    assertThat(outcomes).hasSize(1).first().isInstanceOf(Outcome.Made.class);
    return ((Outcome.Made) outcomes.get(0)).ids();
  }
}
