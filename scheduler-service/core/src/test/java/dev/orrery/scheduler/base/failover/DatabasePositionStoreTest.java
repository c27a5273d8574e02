package dev.orrery.scheduler.base.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import org.junit.jupiter.api.Test;

class DatabasePositionStoreTest extends StoreTest {
  @Test
  void readsGrowingLogPositionOnSameTimeline() {
    DatabasePositionStore store = new DatabasePositionStore(database.hot());
    DatabasePosition before = store.read().orElseThrow();
    assertThat(before.newestVersion()).isZero();
    StoreDatabase.Client client = database.hot();
    client.lock("select set_config('synchronous_commit', 'on', false)");

    StoredJob job = database.job();
    client.update("update app set description = 'x' where id = ?", job.app());
    DatabasePosition now = store.read().orElseThrow();

    assertThat(now.system()).isEqualTo(before.system()).isNotNull();
    assertThat(now.database()).isEqualTo(before.database()).isPositive();
    assertThat(now.timeline()).isEqualTo(before.timeline()).isOne();
    assertThat(now.flushed()).isGreaterThan(before.flushed());
    assertThat(now.checkpoint()).isPositive().isLessThanOrEqualTo(now.flushed());
    assertThat(now.startedMicros()).isEqualTo(before.startedMicros()).isPositive();
    assertThat(now.newestVersion()).isEqualTo(job.version());
    assertThat(TimelineRule.between(before, now)).isInstanceOf(TimelineChange.None.class);
  }

  @Test
  void readsNewestVersionWhenLogPositionIsHidden() {
    StoredJob job = database.job();
    StoreDatabase.Client client = database.hot();
    database.update("drop role if exists position_reader");
    database.update("create role position_reader");
    try {
      database.update("grant select on job_version to position_reader");
      database.update("revoke execute on function pg_current_wal_flush_lsn() from public");
      client.lock("select set_config('role', 'position_reader', false)");

      DatabasePosition position = new DatabasePositionStore(client).read().orElseThrow();

      assertThat(position.timeline()).isNull();
      assertThat(position.newestVersion()).isEqualTo(job.version());
    } finally {
      database.update("grant execute on function pg_current_wal_flush_lsn() to public");
      database.update("revoke select on job_version from position_reader");
      database.update("drop role position_reader");
    }
  }

  @Test
  void readsPositionWithUnprivilegedRole() {
    StoreDatabase.Client client = database.hot();
    database.update("drop role if exists position_reader");
    database.update("create role position_reader");
    try {
      database.update("grant select on job_version to position_reader");
      client.lock("select set_config('role', 'position_reader', false)");

      assertThat(new DatabasePositionStore(client).read().orElseThrow().timeline()).isOne();
    } finally {
      database.update("revoke select on job_version from position_reader");
      database.update("drop role position_reader");
    }
  }
}
