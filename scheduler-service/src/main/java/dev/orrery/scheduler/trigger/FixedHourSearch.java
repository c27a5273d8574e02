package dev.orrery.scheduler.trigger;

import dev.orrery.scheduler.trigger.cron.WallTimeMatcher;
import java.time.Instant;
import java.time.zone.ZoneRules;
import java.util.Optional;

/**
 * Every matching wall time fires once, at the instant that {@link DaylightSavingRule} gives it. So
 * the zone is consulted once for each fire time, however many transitions lie in between.
 */
public record FixedHourSearch(WallTimeMatcher wallTimes) implements FireSearch {

  @Override
  public Optional<Instant> next(Instant after, Instant last, ZoneRules rules) {
    return wallTimes
        .nextOrSame(DaylightSavingRule.firstUnfired(after, rules))
        .map(wall -> DaylightSavingRule.fireTime(wall, rules));
  }
}
