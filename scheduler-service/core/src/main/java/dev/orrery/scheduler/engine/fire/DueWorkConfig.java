package dev.orrery.scheduler.engine.fire;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Intervals at which a replica queries the database for work that no hint has announced. */
@ConfigMapping(prefix = "orrery.due-work")
public interface DueWorkConfig {

  /**
   * Longest time between two queries, 100 milliseconds to a minute, and at most a third of {@code
   * orrery.session.lease}. Hints, and work whose due time is known, do not wait for it. It bounds
   * the delay after which a replica notices lost hints, work of replicas that have died, outages of
   * the database, and new replicas.
   */
  @WithDefault("1s")
  Duration interval();

  /**
   * Shortest time between two checks of all blocked instances, and of all that wait for their parts
   * or nodes, which find those whose hint was lost, and flows whose {@code timeout} has passed; 100
   * milliseconds to ten minutes.
   */
  @WithDefault("2s")
  Duration blockedInterval();
}
