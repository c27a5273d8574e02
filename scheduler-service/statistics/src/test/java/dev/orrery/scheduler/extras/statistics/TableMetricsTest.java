package dev.orrery.scheduler.extras.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.base.time.SettableTicker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Gauges of the tables. Each number has another value, so that no two are mixed up. */
class TableMetricsTest {
  private static final int MEGABYTE = 1_000_000;

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final SettableTicker ticker = new SettableTicker();
  private boolean away;

  /** Kept here, because a gauge does not keep its source from the garbage collector. */
  TableMetrics metrics;

  @BeforeEach
  void register() {
    metrics =
        new TableMetrics(
            new TableSizeStore(null) {
              @Override
              public Map<String, Size> measured(List<String> tables) {
                if (away) {
                  throw DatabaseFailures.outage();
                }
                return tables.stream()
                    .collect(Collectors.toMap(table -> table, TableMetricsTest::size));
              }
            },
            Gauges.direct(),
            ticker,
            registry);
  }

  /** The first table has 1 MB and 11 partitions, the second one 2 MB and 12 partitions. */
  private static TableSizeStore.Size size(String table) {
    int number = 1 + TableSizeStore.TABLES.indexOf(table);
    return new TableSizeStore.Size(
        (long) number * MEGABYTE, 10 + number, Optional.of(100L), 1000, Optional.empty());
  }

  @Test
  void showsSizeOfEachTableAndPartitionCountOfPartitionedTables() {
    assertThat(Gauges.of(registry))
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("orrery.table.bytes{table=instance}", 1e6),
                Map.entry("orrery.table.bytes{table=instance_history}", 2e6),
                Map.entry("orrery.table.bytes{table=parent_instance}", 3e6),
                Map.entry("orrery.table.bytes{table=flow_node}", 4e6),
                Map.entry("orrery.table.bytes{table=part_history}", 5e6),
                Map.entry("orrery.table.bytes{table=attempt}", 6e6),
                Map.entry("orrery.table.bytes{table=log_chunk}", 7e6),
                Map.entry("orrery.table.bytes{table=progress}", 8e6),
                Map.entry("orrery.table.bytes{table=idempotency}", 9e6),
                Map.entry("orrery.table.bytes{table=worker_session}", 10e6),
                Map.entry("orrery.table.bytes{table=webhook_delivery}", 11e6),
                Map.entry("orrery.table.partitions{table=instance_history}", 12.0),
                Map.entry("orrery.table.partitions{table=parent_instance}", 13.0),
                Map.entry("orrery.table.partitions{table=flow_node}", 14.0),
                Map.entry("orrery.table.partitions{table=part_history}", 15.0),
                Map.entry("orrery.table.partitions{table=attempt}", 16.0),
                Map.entry("orrery.table.partitions{table=log_chunk}", 17.0)));
  }

  @Test
  void reportsNaNAfterFiveMinutesOfDatabaseOutage() {
    Gauges.of(registry);
    away = true;
    ticker.advance(Duration.ofSeconds(299));
    assertThat(Gauges.of(registry)).containsEntry("orrery.table.bytes{table=instance}", 1e6);

    ticker.advance(Duration.ofSeconds(2));

    assertThat(Gauges.of(registry).values()).containsOnly(Double.NaN);
  }
}
