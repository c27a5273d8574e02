package dev.orrery.scheduler.retention;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/**
 * Retention periods of ended instances and other records. Whole days are dropped at once, when the
 * entire day is old enough.
 */
@ConfigMapping(prefix = "orrery.retention")
public interface RetentionConfig {

  /** Ended instances and their attempts, counted from their end. */
  @WithDefault("30D")
  Duration history();

  /**
   * How many ended instances of each job are kept, the newest; older ones are deleted every minute,
   * with their attempts and logs, from five minutes after their end. 0 means no bound but the age
   * above. A backfill cannot reach back to fire times whose runs were deleted.
   */
  @WithDefault("0")
  int historyPerJob();

  /** What attempts wrote, counted from the creation of the instance. */
  @WithDefault("14D")
  Duration logs();

  /** Sessions that have ended; the names of workers in the history come from them. */
  @WithDefault("30D")
  Duration sessions();

  /** Messages to webhooks that were delivered or given up. */
  @WithDefault("7D")
  Duration deliveries();

  /**
   * Idempotency keys, counted from their first use. A call with a key that was deleted makes a new
   * instance.
   */
  @WithDefault("24h")
  Duration idempotencyKeys();

  /** Progress of attempts, counted from the last update; the result of an attempt says more. */
  @WithDefault("24h")
  Duration progress();
}
