package dev.orrery.trigger;

import dev.orrery.trigger.cron.WallTimeMatcher;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;

/**
 * Finds every instant at which the wall clock matches: none in a gap of daylight saving, and two
 * for a time in a repeated hour. Searches from one transition of the zone to the next.
 */
public record ElapsedTimeSearch(WallTimeMatcher wallTimes) implements FireSearch {

  @Override
  public Optional<Instant> next(Instant after, Instant last, ZoneRules rules) {
    Instant from = Instant.ofEpochSecond(after.getEpochSecond() + 1);
    while (!from.isAfter(last)) {
      ZoneOffset offset = rules.getOffset(from);
      Optional<LocalDateTime> match =
          wallTimes.nextOrSame(LocalDateTime.ofEpochSecond(from.getEpochSecond(), 0, offset));
      if (match.isEmpty()) {
        return Optional.empty();
      }
      Instant fire = match.get().toInstant(offset);
      ZoneOffsetTransition transition = rules.nextTransition(from);
      if (transition == null || fire.isBefore(transition.getInstant())) {
        return Optional.of(fire);
      }
      from = transition.getInstant();
    }
    return Optional.empty();
  }

  @Override
  public long count(Instant from, Instant until, ZoneRules rules) {
    long count = 0;
    Instant start = from;
    while (start.isBefore(until)) {
      ZoneOffsetTransition transition = rules.nextTransition(start);
      Instant end =
          transition != null && transition.getInstant().isBefore(until)
              ? transition.getInstant()
              : until;
      ZoneOffset offset = rules.getOffset(start);
      count +=
          wallTimes.count(
              LocalDateTime.ofEpochSecond(start.getEpochSecond(), 0, offset),
              LocalDateTime.ofEpochSecond(end.getEpochSecond(), 0, offset));
      start = end;
    }
    return count;
  }
}
