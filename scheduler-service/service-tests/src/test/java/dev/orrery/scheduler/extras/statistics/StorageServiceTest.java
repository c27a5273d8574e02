package dev.orrery.scheduler.extras.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.StoreDatabase.Client;
import dev.orrery.scheduler.base.database.StoreServiceTest;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.engine.retention.PartitionStore.Partitioned;
import dev.orrery.scheduler.extras.statistics.StorageView.Table;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class StorageServiceTest extends StoreServiceTest {
  private static final Instant NOW = Instant.parse("2027-03-28T01:00:00Z");

  private static final String TODAY =
      "select (statement_timestamp() at time zone 'UTC')::date::text";

  @Inject RetentionConfig retention;

  private final SettableTicker ticker = new SettableTicker();

  private StorageService service(Client client) {
    return new StorageService(
        new TableSizeStore(client),
        new OpenTransactionStore(client),
        retention,
        InstantSource.fixed(NOW),
        ticker);
  }

  private static Table table(StorageView view, String name) {
    return view.tables().stream()
        .filter(table -> table.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private void create(LocalDate day, int from) {
    database.update(
        "create table %s partition of attempt for values from (%d) to (%d)"
            .formatted(Partitioned.ATTEMPT.partition(day), from, from + 1));
  }

  private void drop(LocalDate day) {
    database.update("drop table " + Partitioned.ATTEMPT.partition(day));
  }

  @Test
  void reportsTableSizesRetentionAndOldestTransaction() {
    LocalDate today = LocalDate.parse(database.texts(TODAY).get(0));
    create(today.minusDays(1), 1);
    create(today, 2);
    try {
      StorageView view = service(database.hot()).read();

      assertThat(view.measuredAt()).isEqualTo(NOW);
      assertThat(view.estimated()).isFalse();
      assertThat(view.tables()).extracting(Table::name).isEqualTo(TableSizeStore.TABLES);
      assertThat(table(view, "attempt").days()).isEqualTo(2);
      assertThat(table(view, "attempt").oldestDay()).isEqualTo(today.minusDays(1));
      assertThat(table(view, "instance").bytes()).isPositive();
      assertThat(table(view, "instance").days()).isNull();
      assertThat(view.retention().history()).isEqualTo(retention.history());
      assertThat(view.retention().logs()).isEqualTo(retention.logs());
      assertThat(view.transactions().hidden()).isNull();
    } finally {
      drop(today.minusDays(1));
      drop(today);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"instance", "log_chunk_default"})
  void estimatesSizesWhileTableIsExclusivelyLocked(String table) {
    Client holder = database.begin();
    holder.update("lock table " + table + " in access exclusive mode");

    StorageView view = database.call(client -> service(client).read()).result();

    assertThat(view.estimated()).isTrue();
    assertThat(view.tables()).extracting(Table::name).isEqualTo(TableSizeStore.TABLES);
    assertThat(view.transactions().oldest()).isBetween(Duration.ZERO, Duration.ofSeconds(5));
    holder.rollback();
    assertThat(service(database.hot()).read().estimated()).isFalse();
  }

  @Test
  void sharesStorageViewForTenSeconds() {
    Client client = database.hot();
    StorageService service = service(client);
    StorageView first = service.read();
    int calls = client.calls();

    ticker.advance(Duration.ofSeconds(9));
    assertThat(service.read()).isSameAs(first);
    assertThat(client.calls()).isEqualTo(calls);

    ticker.advance(Duration.ofSeconds(2));
    service.read();
    assertThat(client.calls()).isGreaterThan(calls);
  }
}
