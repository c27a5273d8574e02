package dev.orrery.scheduler.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.backfill.BackfillStore.LockedTrigger;
import dev.orrery.scheduler.database.Call;
import dev.orrery.scheduler.database.HotDatabase;
import dev.orrery.scheduler.database.StoreDatabase;
import dev.orrery.scheduler.database.StoredJob;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class BackfillStoreTest {
  private StoreDatabase database;
  private StoredJob job;

  @BeforeEach
  void openDatabase() {
    database = StoreDatabase.openEmpty();
    job = database.job().trigger("'2026-01-01T09:00:00Z'");
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  @Test
  void backfillWaitsForAFireUnderWayAndSeesItsAdvance() {
    StoreDatabase.Client firing = database.begin();
    firing.update(
        "update trigger set next_fire_at = '2026-01-01T10:00:00Z' where job_id = ?", job.id());

    Call<Optional<LockedTrigger>> backfill = database.call(this::lockTrigger).awaitBlocked();
    firing.commit();

    assertThat(backfill.result().orElseThrow().nextFireAt())
        .isEqualTo(Instant.parse("2026-01-01T10:00:00Z"));
  }

  @Test
  void noFireIsMadeWhileABackfillLooksForThoseThatHaveRun() {
    lockTrigger(database.begin());

    int due =
        database.callWithoutBlocking(
            client ->
                client.update(
                    "update trigger set next_fire_at = null where job_id in"
                        + " (select job_id from trigger for update skip locked)"));

    assertThat(due).isZero();
  }

  private Optional<LockedTrigger> lockTrigger(HotDatabase client) {
    return client.transaction(connection -> BackfillStore.lockTrigger(connection, job.id()));
  }
}
