package dev.orrery.trigger;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/**
 * Maps the wall time of a fixed-hour fire to an instant. A wall time in a gap fires when the gap
 * ends, and a repeated one fires at its first occurrence. This is a pure rule.
 */
final class DaylightSavingRule {
  private DaylightSavingRule() {}

  /** Returns the first wall time whose fire time is later than this. */
  static LocalDateTime firstUnfired(Instant after, ZoneRules rules) {
    // Adds the second to the wall time, because the wall time of the next instant would be past a
    // gap that begins there.
    ZoneOffset offset = rules.getOffset(after);
    LocalDateTime wall =
        LocalDateTime.ofEpochSecond(after.getEpochSecond(), 0, offset).plusSeconds(1);
    ZoneOffsetTransition transition = rules.getTransition(wall);
    boolean secondPass =
        transition != null && transition.isOverlap() && !after.isBefore(transition.getInstant());
    return secondPass ? transition.getDateTimeBefore() : wall;
  }

  static Instant fireTime(LocalDateTime wall, ZoneRules rules) {
    ZoneOffsetTransition transition = rules.getTransition(wall);
    if (transition == null) {
      return wall.toInstant(rules.getOffset(wall));
    }
    return transition.isGap()
        ? transition.getInstant()
        : wall.toInstant(transition.getOffsetBefore());
  }
}
