package dev.orrery.scheduler.base.failover;

import dev.orrery.scheduler.base.database.DatabaseCache;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.time.Ticker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Compares the position of the database with the previous one. Clears all caches after a restart or
 * a failover, because a loss since the last check is not visible.
 *
 * <p>Confined to the thread of the due-work loop.
 */
@ApplicationScoped
public class TimelineService {
  private static final Logger LOG = Logger.getLogger(TimelineService.class);
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(2);

  private final DatabasePositionStore store;
  private final List<DatabaseCache> caches;
  private final HintBus hints;
  private final Ticker ticker;
  private final Counter losses;
  private DatabasePosition last;
  private long checkedAt;

  TimelineService(
      DatabasePositionStore store,
      @All List<DatabaseCache> caches,
      HintBus hints,
      Ticker ticker,
      MeterRegistry registry) {
    this.store = store;
    this.caches = caches;
    this.hints = hints;
    this.ticker = ticker;
    this.losses =
        Counter.builder("orrery.database.went.back")
            .description(
                "Times that this replica found the database without what had been committed last:"
                    + " after the promotion of a standby, or the restore of a backup")
            .register(registry);
  }

  /**
   * Checks the database every two seconds, and then blocks.
   *
   * @param now checks in any case
   * @return whether the server was restarted, has failed over, or the database went back in time
   * @throws DatabaseException if the database cannot be read
   */
  public boolean check(boolean now) {
    if (!now && last != null && ticker.nanos() - checkedAt < CHECK_INTERVAL.toNanos()) {
      return false;
    }
    DatabasePosition position = store.read().orElse(null);
    checkedAt = ticker.nanos();
    if (position == null) {
      return false;
    }
    DatabasePosition before = last;
    last = position;
    return before != null && apply(TimelineRule.between(before, position));
  }

  private boolean apply(TimelineChange change) {
    if (change instanceof TimelineChange.None) {
      return false;
    }
    caches.forEach(DatabaseCache::forget);
    // Local, because every replica checks for itself. Others end sessions without a row.
    hints.publishLocal(new Hint.Resync());
    if (change instanceof TimelineChange.Loss loss) {
      losses.increment();
      LOG.errorf(
          "Database went back in time, and its last commits may be lost; cleared all caches and"
              + " suspended session expiry for one lease: reason=\"%s\". To find what is missing,"
              + " see OrreryDatabaseWentBack in docs/kubernetes-monitoring.md",
          loss.reason());
    } else if (change instanceof TimelineChange.Restart) {
      LOG.info("Database restarted, no data loss detected; cleared all caches");
    } else if (change instanceof TimelineChange.Promotion promotion) {
      LOG.infof(
          "Database failed over without visible loss; cleared all caches and suspended session"
              + " expiry for one lease: timeline=%d before=%d",
          promotion.now(), promotion.before());
    }
    return true;
  }
}
