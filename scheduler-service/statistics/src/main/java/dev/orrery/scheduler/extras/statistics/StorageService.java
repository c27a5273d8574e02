package dev.orrery.scheduler.extras.statistics;

import dev.orrery.scheduler.base.cache.ReadThroughCache;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.extras.statistics.StorageView.Retention;
import dev.orrery.scheduler.extras.statistics.StorageView.Table;
import dev.orrery.scheduler.extras.statistics.StorageView.Transactions;
import dev.orrery.scheduler.extras.statistics.TableSizeStore.Size;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/** Reports table sizes and row counts. */
@ApplicationScoped
class StorageService {
  private static final Duration CACHE_TIME = Duration.ofSeconds(10);
  private static final String ALL = "";

  private final TableSizeStore sizes;
  private final OpenTransactionStore transactions;
  private final RetentionConfig retention;
  private final InstantSource clock;
  private final ReadThroughCache<String, StorageView> answers;

  StorageService(
      TableSizeStore sizes,
      OpenTransactionStore transactions,
      RetentionConfig retention,
      InstantSource clock,
      Ticker ticker) {
    this.sizes = sizes;
    this.transactions = transactions;
    this.retention = retention;
    this.clock = clock;
    this.answers = new ReadThroughCache<>(CACHE_TIME, 1, ticker);
  }

  /** Callers share the answer for some seconds. */
  StorageView read() {
    return answers.get(ALL, key -> readNow());
  }

  private StorageView readNow() {
    try {
      return view(sizes.measured(TableSizeStore.TABLES), false);
    } catch (DatabaseException e) {
      if (!e.isBusy()) {
        throw e;
      }
      return view(sizes.estimated(TableSizeStore.TABLES), true);
    }
  }

  private StorageView view(Map<String, Size> found, boolean estimated) {
    return new StorageView(
        clock.instant(),
        estimated,
        TableSizeStore.TABLES.stream().map(name -> Table.of(name, found.get(name))).toList(),
        Retention.of(retention),
        Transactions.of(transactions.read()));
  }
}
