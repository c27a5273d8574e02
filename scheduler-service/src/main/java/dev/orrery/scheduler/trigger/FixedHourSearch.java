package dev.orrery.scheduler.trigger;

import dev.orrery.scheduler.trigger.cron.WallTimeMatcher;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;

/**
 * Every matching wall time fires once: in a gap at the instant the gap ends, in a repeated hour at
 * its first occurrence. So the zone is consulted once for each fire time, however many transitions
 * lie in between.
 */
public record FixedHourSearch(WallTimeMatcher wallTimes) implements FireSearch {

  @Override
  public Optional<Instant> next(Instant after, Instant last, ZoneRules rules) {
    return wallTimes.nextOrSame(firstUnfired(after, rules)).map(wall -> fireTime(wall, rules));
  }

  private static LocalDateTime firstUnfired(Instant after, ZoneRules rules) {
    // The wall time of the second after this one would not do: it is past a gap that begins there.
    ZoneOffset offset = rules.getOffset(after);
    LocalDateTime wall =
        LocalDateTime.ofEpochSecond(after.getEpochSecond(), 0, offset).plusSeconds(1);
    ZoneOffsetTransition transition = rules.getTransition(wall);
    boolean secondPass =
        transition != null && transition.isOverlap() && !after.isBefore(transition.getInstant());
    return secondPass ? transition.getDateTimeBefore() : wall;
  }

  private static Instant fireTime(LocalDateTime wall, ZoneRules rules) {
    ZoneOffsetTransition transition = rules.getTransition(wall);
    if (transition == null) {
      return wall.toInstant(rules.getOffset(wall));
    }
    return transition.isGap()
        ? transition.getInstant()
        : wall.toInstant(transition.getOffsetBefore());
  }
}
