package dev.orrery.scheduler.due;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Intervals at which a replica queries the database for work that no hint has announced. */
@ConfigMapping(prefix = "orrery.due-work")
public interface DueWorkConfig {

  /**
   * Longest time between two queries, 100 milliseconds to a minute, and at most a third of {@code
   * orrery.session.lease}. Hints, and work whose time is known, are acted on in time whatever the
   * interval; it bounds how late a replica notices lost hints, work of replicas that have died,
   * outages of the database, and new replicas.
   */
  @WithDefault("1s")
  Duration interval();

  /**
   * Shortest time between two checks of all blocked instances, which make up for lost hints; 100
   * milliseconds to ten minutes.
   */
  @WithDefault("2s")
  Duration blockedInterval();
}
