package dev.orrery.scheduler.base.database;

import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.base.time.Ticker;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Limits the connections of each pool that API calls use at once, in total and per app. */
@Singleton
public class ConnectionQuota {
  /** Equal to the time for which an edit waits for a lock. */
  private static final Duration MAX_WAIT_OF_EDIT = Duration.ofSeconds(10);

  private static final Duration MAX_WAIT = Duration.ofSeconds(5);

  private final QuotaMetrics quotas;
  private final Ticker ticker;
  private final FairConnectionLimiter edits;
  private final FairConnectionLimiter commands;
  private final FairConnectionLimiter reads;

  public ConnectionQuota(
      AgroalDataSource edits,
      @DataSource("engine") AgroalDataSource engine,
      @DataSource("reads") AgroalDataSource reads,
      Ticker ticker,
      QuotaMetrics quotas) {
    this.quotas = quotas;
    this.ticker = ticker;
    // Edits of an app wait for each other's locks, and would hold all connections during that.
    this.edits = limiter("edits", size(edits), size(edits) / 4, MAX_WAIT_OF_EDIT);
    // Cancels and backfills leave the other half to the threads of the engine.
    int half = Math.max(1, size(engine) / 2);
    this.commands = limiter("commands", half, half / 2, MAX_WAIT);
    this.reads = limiter("reads", size(reads), size(reads) / 2, MAX_WAIT);
  }

  private static int size(AgroalDataSource pool) {
    return pool.getConfiguration().connectionPoolConfiguration().maxSize();
  }

  private FairConnectionLimiter limiter(String kind, int all, int perApp, Duration longest) {
    return new FairConnectionLimiter(
        quotas.watch(kind, new AppQuota(all, Math.max(1, perApp))),
        FairConnectionLimiter.MAX_WAITING,
        longest,
        ticker);
  }

  FairConnectionLimiter edits() {
    return edits;
  }

  FairConnectionLimiter commands() {
    return commands;
  }

  FairConnectionLimiter reads() {
    return reads;
  }
}
