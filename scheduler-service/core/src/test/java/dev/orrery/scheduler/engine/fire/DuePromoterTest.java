package dev.orrery.scheduler.engine.fire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DuePromoterTest extends StoreTest {
  private static final int AT_ONCE = 2000;
  private static final String SCHEDULED = "state = 0";
  private static final String PAST = "due_at = now() - interval '1 hour'";

  private final List<Hint> heard = new ArrayList<>();
  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @Test
  void promotesDueInstanceAndPublishesLaneHint() {
    job.instance(1, SCHEDULED, PAST);
    job.instance(2, SCHEDULED, "due_at = now() + interval '1 hour'");

    assertThat(promote(database.hot())).isOne();

    assertThat(database.instancesIn(1)).containsExactly(1L);
    assertThat(database.instancesIn(0)).containsExactly(2L);
    assertThat(heard).containsExactly(new Hint.LanesReady(Set.of(job.lane()), false));
  }

  @Test
  void blocksLimitedInstanceAndPublishesUnblockHint() {
    job.instance(1, SCHEDULED, PAST, "limited = true");

    promote(database.hot());

    assertThat(database.instancesIn(2)).containsExactly(1L);
    assertThat(heard).containsExactly(new Hint.Unblock(Set.of(job.id())));
  }

  @Test
  void neverBlocksPart() {
    job.instance(1, SCHEDULED, PAST, "parent_id = 9", "part = 0");
    job.pause();

    promote(database.hot());

    assertThat(database.instancesIn(1)).containsExactly(1L);
  }

  @Test
  void blocksDueInstanceOfPausedJob() {
    job.instance(1, SCHEDULED, PAST);
    job.pause();

    promote(database.hot());

    assertThat(database.instancesIn(2)).containsExactly(1L);
  }

  @Test
  void blocksDueInstanceOfPausedApp() {
    job.instance(1, SCHEDULED, PAST);
    job.pauseApp();

    promote(database.hot());

    assertThat(database.instancesIn(2)).containsExactly(1L);
  }

  @Test
  void skipsInstanceLockedByAnotherReplica() {
    job.instance(1, SCHEDULED, PAST);
    job.instance(2, SCHEDULED, "due_at = now()");
    StoreDatabase.Client other = database.begin();
    other.lock("select id from instance where id = 1 for update");

    int promoted = database.callWithoutBlocking(this::promote);

    assertThat(promoted).isOne();
    assertThat(database.instancesIn(1)).containsExactly(2L);
  }

  @Test
  void holdsPromotedInstanceLockUntilCommit() {
    job.instance(1, SCHEDULED, PAST);
    promote(database.begin());

    int promoted = database.callWithoutBlocking(this::promote);

    assertThat(promoted).isZero();
  }

  /** Ids run against the due times, so that an order by id takes others. */
  @Test
  void promotesEarliestDueInstancesFirstBeyondBatchSize() {
    int all = AT_ONCE + 3;
    database.update(
        """
        insert into instance (id, job_id, job_version_id, lane_id, state, priority, due_at)
        select n, ?, ?, ?, 0, 5, now() - n * interval '1 second' from generate_series(1, ?) n
        """,
        job.id(),
        job.version(),
        job.lane(),
        all);

    assertThat(promote(database.hot())).isEqualTo(AT_ONCE);
    assertThat(database.instancesIn(0)).containsExactly(1L, 2L, 3L);
    assertThat(promote(database.hot())).isEqualTo(3);
  }

  private int promote(EngineDatabase client) {
    HintBus hints = new HintBus();
    hints.listen(heard::add);
    return new DuePromoter(client, hints).promote();
  }

  @Test
  void promotesInstanceExactlyAtDueTime() {
    job.instance(1, SCHEDULED, "due_at = '2026-01-01T09:00:00Z'");
    Instant nine = Instant.parse("2026-01-01T09:00:00Z");

    assertThat(promote(database.hotAt(nine.minusMillis(1)))).isZero();
    assertThat(promote(database.hotAt(nine))).isOne();
  }

  @Test
  void promotesOnlyScheduledInstances() {
    job.instance(1, "state = 2", PAST);
    job.running(2, database.session(job), PAST);

    assertThat(promote(database.hot())).isZero();
    assertThat(database.instancesIn(2)).containsExactly(1L);
    assertThat(database.instancesIn(3)).containsExactly(2L);
  }

  @Test
  void promotesInstancesDespitePauseOfAnotherJobOrApp() {
    StoredJob sibling = job.sibling("sibling");
    job.pause();
    sibling.instance(1, SCHEDULED, PAST);
    assertThat(promote(database.hot())).isOne();

    StoredJob ofAnotherApp = database.job();
    job.pauseApp();
    database.update("update app set paused = paused where id = ?", ofAnotherApp.app());
    ofAnotherApp.instance(2, SCHEDULED, PAST);
    assertThat(promote(database.hot())).isOne();

    assertThat(database.instancesIn(1)).containsExactly(1L, 2L);
  }
}
