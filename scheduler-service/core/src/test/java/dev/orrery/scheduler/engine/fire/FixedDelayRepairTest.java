package dev.orrery.scheduler.engine.fire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Checks that only triggers that wait for a missing run are repaired. Runs the statement alone,
 * because the repair itself logs a complaint, which would fail the test class.
 */
class FixedDelayRepairTest extends StoreTest {
  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = delayed(database.job());
  }

  @Test
  void schedulesNextFireOfStuckFixedDelay() {
    assertThat(repair()).isOne();

    assertThat(
            database.number("select extract(epoch from next_fire_at - now())::bigint from trigger"))
        .isBetween(3540L, 3600L);
  }

  @Test
  void skipsFixedDelayDuringOwnRun() {
    job.running(1, database.session(job), "drives_fixed_delay = true");
    assertNotRepaired("its own run is active");

    database.update("update instance set drives_fixed_delay = false");
    assertThat(repair()).as("only a run by hand is active").isOne();
  }

  @Test
  void keepsExistingNextFireOfFixedDelay() {
    database.update("update trigger set next_fire_at = '2099-01-01'");

    assertNotRepaired("it has a next fire");
  }

  @Test
  void ignoresEndedTriggersWithoutFixedDelay() {
    database.update("update trigger set delay = null");

    assertNotRepaired("it is no fixed delay");
  }

  @Test
  void skipsFixedDelayOfPausedJob() {
    job.pause();

    assertNotRepaired("its job is paused");
  }

  @Test
  void skipsFixedDelayOfPausedApp() {
    job.pauseApp();

    assertNotRepaired("its app is paused");
  }

  @Test
  void skipsFixedDelayOfDisabledJob() {
    database.update("update trigger set next_fire_at = '2099-01-01'");
    delayed(database.job("\"enabled\":false"));

    assertNotRepaired("its job is disabled");
  }

  @Test
  void skipsFixedDelayEndingBeforeNextFire() {
    database.update("update trigger set until_at = now() + interval '59 minutes'");
    assertNotRepaired("it ends before");

    database.update("update trigger set until_at = now() + interval '61 minutes'");
    assertThat(repair()).as("it ends after").isOne();
  }

  private StoredJob delayed(StoredJob of) {
    of.trigger("null");
    database.update("update trigger set delay = interval '1 hour' where job_id = ?", of.id());
    return of;
  }

  private int repair() {
    return FixedDelayRepair.setMissingFires(database.hot());
  }

  private void assertNotRepaired(String because) {
    assertThat(repair()).as("triggers repaired, though %s", because).isZero();
  }

  /** Only the job of the trigger decides. */
  @Test
  void repairsFixedDelayDespiteRunOfAnotherJob() {
    StoredJob other = job.sibling("other");
    other.running(1, database.session(job), "drives_fixed_delay = true");
    other.pause();
    database.job().pauseApp();

    assertThat(repair()).isOne();
  }

  @Test
  void schedulesFixedDelayFireExactlyAtTriggerEnd() {
    database.update("update trigger set until_at = '2026-01-01T10:00:00Z'");
    Instant nine = Instant.parse("2026-01-01T09:00:00Z");

    assertThat(FixedDelayRepair.setMissingFires(database.hotAt(nine.plusMillis(1)))).isZero();
    assertThat(FixedDelayRepair.setMissingFires(database.hotAt(nine))).isOne();
  }

  @Test
  void skipsFixedDelayOfPausedAppBesideActiveApp() {
    job.pauseApp();
    database.job();

    assertNotRepaired("its app is paused");
  }
}
