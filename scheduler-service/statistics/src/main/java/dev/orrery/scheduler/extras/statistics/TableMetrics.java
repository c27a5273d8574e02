package dev.orrery.scheduler.extras.statistics;

import dev.orrery.scheduler.base.cache.CachedQuery;
import dev.orrery.scheduler.base.cache.CachedQuery.Subject;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.retention.PartitionStore.Partitioned;
import dev.orrery.scheduler.extras.statistics.TableSizeStore.Size;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Gauges of table sizes; they have no value while the database is not reachable. */
@Startup
@Singleton
class TableMetrics {
  private static final Duration READ_INTERVAL = Duration.ofMinutes(1);
  private static final Duration MAX_AGE = Duration.ofMinutes(5);

  private final CachedQuery<Map<String, Size>> sizes;

  TableMetrics(
      TableSizeStore store, EngineExecutor executor, Ticker ticker, MeterRegistry registry) {
    this.sizes =
        new CachedQuery<>(
            new Subject<>(
                "sizes of tables",
                () -> store.measured(TableSizeStore.TABLES),
                READ_INTERVAL,
                MAX_AGE),
            executor,
            ticker);
    for (String table : TableSizeStore.TABLES) {
      gauge("orrery.table.bytes", table, Size::bytes)
          .description(
              "Disk space of the table with all partitions, indexes and TOAST; measured at most once a"
                  + " minute")
          .baseUnit("bytes")
          .register(registry);
    }
    for (Partitioned table : Partitioned.values()) {
      gauge("orrery.table.partitions", table.table(), Size::partitions)
          .description(
              "Partitions of the table: one per day, including days created ahead, and the default")
          .register(registry);
    }
  }

  private Gauge.Builder<CachedQuery<Map<String, Size>>> gauge(
      String name, String table, ToDoubleFunction<Size> value) {
    return Gauge.builder(
            name,
            sizes,
            from ->
                from.current().map(all -> value.applyAsDouble(all.get(table))).orElse(Double.NaN))
        .tag("table", table);
  }
}
