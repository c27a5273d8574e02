package dev.orrery.scheduler.base.housekeeping;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/**
 * Retention periods of ended instances and other records. Whole days are dropped at once, when the
 * entire day is old enough.
 */
@ConfigMapping(prefix = "orrery.retention")
public interface RetentionConfig {

  /**
   * Ended instances and their attempts, counted from their end. Parts are kept as long as their
   * parent.
   */
  @WithDefault("30D")
  Duration history();

  /**
   * Number of ended instances to keep for each job, the newest. Older ones are deleted every
   * minute, with their parts, attempts and logs, but not within five minutes of their end. 0 means
   * no limit except the age above. A backfill cannot reach back to fire times whose runs were
   * deleted.
   */
  @WithDefault("0")
  int historyPerJob();

  /** Logs of attempts, counted from the creation of the instance. */
  @WithDefault("14D")
  Duration logs();

  /** Ended sessions; the history takes the names of workers from them. */
  @WithDefault("30D")
  Duration sessions();

  /** Messages to webhooks that were delivered or given up. */
  @WithDefault("7D")
  Duration deliveries();

  /**
   * Versions of jobs that no kept instance names, counted from the next version. The first version
   * of a job and the current one stay. A deleted job ends an hour after its deletion or with its
   * last kept instance.
   */
  @WithDefault("30D")
  Duration versions();

  /**
   * Number of versions to keep for each job, the newest. Older ones that no kept instance names are
   * deleted an hour after the next version, whatever their age.
   */
  @WithDefault("100")
  int versionsPerJob();

  /**
   * Tokens that were revoked or have expired. Of an app the newest 1,000 of these are kept at most.
   */
  @WithDefault("30D")
  Duration tokens();

  /**
   * Idempotency keys, counted from their first use. A call with a deleted key creates a new
   * instance.
   */
  @WithDefault("24h")
  Duration idempotencyKeys();

  /** Progress of attempts, counted from the last update. */
  @WithDefault("24h")
  Duration progress();
}
