package dev.orrery.trigger;

import dev.orrery.trigger.cron.WallTimeMatcher;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;

/**
 * Fires once for each matching wall time, at the instant that {@link DaylightSavingRule} computes.
 * The cost depends on the number of fire times, not of transitions in between.
 */
public record FixedHourSearch(WallTimeMatcher wallTimes) implements FireSearch {

  @Override
  public Optional<Instant> next(Instant after, Instant last, ZoneRules rules) {
    return wallTimes
        .nextOrSame(DaylightSavingRule.firstUnfired(after, rules))
        .map(wall -> DaylightSavingRule.fireTime(wall, rules));
  }

  @Override
  public long count(Instant from, Instant until, ZoneRules rules) {
    long count = wallTimes.count(firstNotBefore(from, rules), firstNotBefore(until, rules));
    ZoneOffsetTransition transition = rules.nextTransition(from.minusSeconds(1));
    while (transition != null && transition.getInstant().isBefore(until)) {
      if (transition.isGap()) {
        // All wall times in a gap fire together with the wall time at its end.
        long together =
            wallTimes.count(
                transition.getDateTimeBefore(), transition.getDateTimeAfter().plusSeconds(1));
        count -= Math.max(0, together - 1);
      }
      transition = rules.nextTransition(transition.getInstant());
    }
    return count;
  }

  private static LocalDateTime firstNotBefore(Instant instant, ZoneRules rules) {
    return DaylightSavingRule.firstUnfired(instant.minusSeconds(1), rules);
  }
}
