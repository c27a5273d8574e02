package dev.orrery.trigger;

import java.time.Instant;
import java.time.zone.ZoneRules;
import java.util.Optional;

/**
 * Finds the instants at which a cron trigger fires. There is one implementation for each of the two
 * ways in which a trigger follows daylight saving.
 */
public sealed interface FireSearch permits FixedHourSearch, ElapsedTimeSearch {

  /**
   * Returns the first fire time strictly after an instant.
   *
   * @param last the end of the search; the result may still be later
   */
  Optional<Instant> next(Instant after, Instant last, ZoneRules rules);

  /**
   * Counts the fire times from {@code from} to {@code until}, exclusive. Takes one step for each
   * month and for each transition of the zone, however many fire times there are.
   *
   * @param from whole seconds
   * @param until whole seconds, not before {@code from}
   */
  long count(Instant from, Instant until, ZoneRules rules);
}
