package dev.orrery.scheduler.engine.fire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.base.hint.OtherReplicas;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Queries of the due-work loop. The soonest row of each kind has the largest id. */
class DueWorkStoreTest extends StoreTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final String NAME = "orrery-test-listener";

  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @Test
  void reportsNoWorkInEmptyDatabase() {
    assertThat(look())
        .isEqualTo(
            new DueWork(
                null, null, null, null, null, false, false, false, job.version(), List.of(), null));
  }

  @Test
  void reportsParentsThatAwaitTheirParts() {
    job.instance(1);
    assertThat(look().parents()).isFalse();

    database.update("update instance set state = 4");

    assertThat(look().parents()).isTrue();
  }

  @Test
  void reportsReadyParents() {
    database.update(
        "insert into lane (app_id, processor, tags) values (?, 'orrery:parent', '{}')", job.app());
    job.instance(
        1, "lane_id = (select id from lane where processor = 'orrery:parent')", "state = 2");
    assertThat(look().parents()).isFalse();

    database.update("update instance set state = 1");

    assertThat(look().parents()).isTrue();
  }

  @Test
  void returnsSoonestFireOfAllTriggers() {
    job.trigger("now() + interval '2 hours'");
    database.job().trigger("now() + interval '1 hour'");
    database.job().trigger("null");

    assertSoon(look().nextFire(), "the next fire");
  }

  @Test
  void returnsSoonestFutureFireAsLaterFire() {
    job.trigger("now() - interval '1 minute'");
    database.job().trigger("now() + interval '2 hours'");
    database.job().trigger("now() + interval '1 hour'");

    assertSoon(look().laterFire(), "the next fire that is not due");
  }

  @Test
  void excludesTriggersOfDeferredJobsFromNextFire() {
    job.trigger("now() - interval '1 hour'");
    database.job().trigger("now() + interval '1 hour'");

    assertSoon(
        new DueWorkStore(database.hot()).query(List.of(), List.of(job.id()), null).nextFire(),
        "the next fire of the others");
  }

  @Test
  void returnsSoonestScheduledInstance() {
    job.instance(1, "state = 0", "due_at = now() + interval '2 hours'");
    job.instance(2, "state = 0", "due_at = now() + interval '1 hour'");
    job.instance(3, "state = 1", "due_at = now() - interval '1 hour'");
    job.instance(4, "state = 2", "due_at = now() - interval '1 hour'");
    job.running(5, database.session(job), "due_at = now() - interval '1 hour'");

    assertSoon(look().nextDue(), "the next promotion");
  }

  @Test
  void returnsSoonestDeadlineOfAllAttempts() {
    UUID session = database.session(job);
    job.running(1, session, "deadline_at = now() + interval '2 hours'");
    job.running(2, session, "deadline_at = now() + interval '1 hour'");
    job.running(3, session);

    assertSoon(look().nextDeadline(), "the next deadline");
  }

  /**
   * One that has ended has nothing to lose: its lease would be due for as long as its row stays.
   */
  @Test
  void returnsSoonestLeaseEndOfLiveSessions() {
    lease("2 hours");
    lease("1 hour");
    UUID ended = lease("-1 minute");
    database.update("update worker_session set ended_at = now() where id = ?", ended);

    assertSoon(look().nextLeaseEnd(), "the next end of a lease");
  }

  @Test
  void reportsNegativeDelayForOverdueWork() {
    job.trigger("now() - interval '1 minute'");
    job.instance(1, "state = 0", "due_at = now() - interval '1 minute'");
    job.running(2, lease("-1 minute"), "deadline_at = now() - interval '1 minute'");

    DueWork look = look();

    assertThat(List.of(look.nextFire(), look.nextDue(), look.nextDeadline(), look.nextLeaseEnd()))
        .allMatch(Duration::isNegative);
  }

  @Test
  void reportsBlockedInstancesWaitingForSlotOrPredecessor() {
    job.instance(1);
    job.running(2, database.session(job));
    job.instance(3, "state = 0");
    assertThat(look().blocked()).isFalse();

    job.instance(4, "state = 2");
    assertThat(look().blocked()).as("one waits for a slot").isTrue();

    database.update("update instance set waits_for_predecessors = true where id = 4");
    assertThat(look().blocked()).as("one waits for its turn").isTrue();
  }

  @Test
  void reportsDueRecheckForRecentlyChangedJob() {
    assertThat(look().recheck()).isFalse();

    database.update("insert into job_recheck (job_id) values (?)", job.id());

    assertThat(look().recheck()).isTrue();
  }

  @Test
  void returnsNewestVersionOfAnyJob() {
    assertThat(look().newestVersion()).isEqualTo(job.version());

    StoredJob other = database.job();
    assertThat(look().newestVersion()).isEqualTo(other.version());
  }

  @Test
  void returnsRequestedLanesWithReadyInstances() {
    StoredJob ready = database.job();
    ready.instance(1);
    ready.instance(6);
    StoredJob notAskedFor = database.job();
    notAskedFor.instance(2);
    job.instance(3, "state = 0");
    job.instance(4, "state = 2");
    job.running(5, database.session(job));

    assertThat(look(job.lane(), ready.lane()).readyLanes()).containsExactly(ready.lane());
  }

  /** Connections of another name, to another database, or of the replica itself do not count. */
  @Test
  void countsListenersOfSameNameAndDatabaseExceptItself() {
    int own = database.listener(NAME);
    database.listener(NAME);
    database.listener(NAME);
    database.listener("another program");
    database.listenerElsewhere(NAME);

    DueWork asked =
        new DueWorkStore(database.hot())
            .query(List.of(), List.of(), new OtherReplicas.Question(NAME, own));

    assertThat(asked.otherReplicas()).isEqualTo(2);
    assertThat(look().otherReplicas()).as("not asked for").isNull();
  }

  private UUID lease(String left) {
    UUID session = database.session(job);
    database.update(
        "update worker_session set lease_until = now() + interval '" + left + "' where id = ?",
        session);
    return session;
  }

  private DueWork look(Integer... idleLanes) {
    return new DueWorkStore(database.hot()).query(Arrays.asList(idleLanes), List.of(), null);
  }

  private static void assertSoon(Duration time, String what) {
    assertThat(time).as(what).isBetween(HOUR.minusMinutes(1), HOUR);
  }
}
