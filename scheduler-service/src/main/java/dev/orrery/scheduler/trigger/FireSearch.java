package dev.orrery.scheduler.trigger;

import java.time.Instant;
import java.time.zone.ZoneRules;
import java.util.Optional;

/**
 * Converts matching wall times to instants; its implementations are the two halves of the
 * daylight-saving rule.
 */
public sealed interface FireSearch permits FixedHourSearch, ElapsedTimeSearch {

  /**
   * The first fire time strictly after an instant.
   *
   * @param last where the search may end; what it finds may lie later all the same
   */
  Optional<Instant> next(Instant after, Instant last, ZoneRules rules);

  /**
   * The number of fire times from an instant until before another one. The cost does not depend on
   * the number: it is a step for each month and for each transition of the zone.
   *
   * @param from whole seconds
   * @param until whole seconds, not before {@code from}
   */
  long count(Instant from, Instant until, ZoneRules rules);
}
