package dev.orrery.scheduler.extras.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.StoreDatabase.Client;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.extras.statistics.OpenTransactionStore.OpenTransactions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class OpenTransactionStoreTest extends StoreTest {
  private static final String AGE_OF_OLDEST =
      """
      select (extract(epoch from clock_timestamp() - min(xact_start)) * 1000)::bigint
      from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
      """;

  private OpenTransactions read(Client client) {
    return new OpenTransactionStore(client).read();
  }

  private void holdSnapshot() {
    Client holder = database.begin();
    holder.rollback();
    holder.update("set transaction isolation level repeatable read");
    holder.lock("select count(*) from app");
  }

  @Test
  void reportsNoAgeWithoutOpenTransactions() {
    OpenTransactions none = read(database.hot());

    assertThat(none.seesAll()).isTrue();
    assertThat(none.open()).isEmpty();
    assertThat(none.idle()).isEmpty();
    assertThat(none.snapshotAge()).isEmpty();
  }

  @Test
  void reportsAgeOfOldestTransaction() {
    Client reader = database.hot();
    database.begin().lock("select 1");
    Awaitility.await().until(() -> database.number(AGE_OF_OLDEST) >= 100);
    database.begin().lock("select 1");
    long before = database.number(AGE_OF_OLDEST);

    OpenTransactions open = read(reader);

    assertThat(open.open().orElseThrow().toMillis())
        .isGreaterThanOrEqualTo(before)
        .isLessThanOrEqualTo(database.number(AGE_OF_OLDEST));
    assertThat(open.idle().orElseThrow()).isPositive().isLessThanOrEqualTo(open.open().get());
  }

  @Test
  void reportsSnapshotAgeInTransactions() {
    holdSnapshot();

    database.update("insert into app (name) values ('one')");
    database.update("insert into app (name) values ('two')");

    assertThat(read(database.hot()).snapshotAge().orElseThrow()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void reportsOnlySnapshotsToUserWithoutStatisticsRole() {
    holdSnapshot();
    Client reader = database.hot();
    // A role of every server, which may not read the statistics of others.
    reader.update("set role pg_signal_backend");

    OpenTransactions seen = read(reader);

    assertThat(seen.seesAll()).isFalse();
    assertThat(seen.user()).isEqualTo("pg_signal_backend");
    assertThat(seen.open()).isEmpty();
    assertThat(seen.snapshotAge()).isPresent();
    assertThat(StorageView.Transactions.of(seen).oldest()).isNull();
    assertThat(StorageView.Transactions.of(seen).hidden())
        .contains("'pg_signal_backend'", "Grant it the role pg_read_all_stats");
  }
}
