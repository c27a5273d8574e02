package dev.orrery.cli.view;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Formats instants and durations as text. */
public final class TimeText {
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xxx");
  private static final DateTimeFormatter OFFSET = DateTimeFormatter.ofPattern("xxx");
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
  private static final DateTimeFormatter IN_ZONE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss VV");

  private final Instant now;
  private final ZoneId zone;
  private final boolean utc;

  /**
   * @param utc show every instant as in the API, in UTC
   */
  public TimeText(Instant now, ZoneId zone, boolean utc) {
    this.now = now;
    this.zone = zone;
    this.utc = utc;
  }

  /** Returns the relative time, or the date if it is far away. Empty for an absent instant. */
  public String when(String instant) {
    if (instant == null || instant.isEmpty()) {
      return "";
    }
    Instant then = Instant.parse(instant);
    Duration away = Duration.between(then, now).abs();
    if (utc || away.compareTo(Duration.ofDays(1)) > 0) {
      return date(then);
    }
    return then.isAfter(now) ? "in " + span(away) : span(away) + " ago";
  }

  /** Like {@link #when}, for past instants: the clock of a scheduler may be ahead of this one. */
  public String ago(String instant) {
    String when = when(instant);
    return when.startsWith("in ") ? span(Duration.ZERO) + " ago" : when;
  }

  /** Returns false for the current instant. */
  public boolean isPast(String instant) {
    return Instant.parse(instant).isBefore(now);
  }

  /** Returns date and time to the second, with the offset from UTC. */
  public String date(Instant instant) {
    return utc
        ? instant.truncatedTo(ChronoUnit.SECONDS).toString()
        : LOCAL.format(instant.atZone(zone));
  }

  /** Returns date and time, and the relative time. */
  public String dateAndWhen(String instant) {
    if (instant == null || instant.isEmpty()) {
      return "";
    }
    String date = date(Instant.parse(instant));
    String when = when(instant);
    return date.equals(when) ? date : date + " (" + when + ")";
  }

  /** Returns the instant in another zone; empty if both zones show the same, or with UTC. */
  public String inZone(String instant, ZoneId other) {
    Instant then = Instant.parse(instant);
    return utc || zone.getRules().getOffset(then).equals(other.getRules().getOffset(then))
        ? ""
        : IN_ZONE.format(then.atZone(other));
  }

  /** Returns the time of day to the millisecond; {@link #offset} returns its zone. */
  public String clock(Instant instant) {
    return CLOCK.format(instant.atZone(zone()));
  }

  /** Returns the current offset of {@link #clock} from UTC. */
  public String offset() {
    return OFFSET.format(now.atZone(zone()));
  }

  private ZoneId zone() {
    return utc ? ZoneOffset.UTC : zone;
  }

  /** Returns the duration between two instants, or until now. */
  public String took(String from, String to) {
    if (from == null || from.isEmpty()) {
      return "";
    }
    Instant end = to == null || to.isEmpty() ? now : Instant.parse(to);
    Duration took = Duration.between(Instant.parse(from), end);
    return span(took.isNegative() ? Duration.ZERO : took);
  }

  /** Uses at most two units. */
  public static String span(Duration time) {
    long seconds = time.toSeconds();
    if (time.toMillis() < 1000) {
      return time.toMillis() + "ms";
    }
    if (seconds < 60) {
      return seconds < 10 && time.toMillisPart() >= 100
          ? seconds + "." + time.toMillisPart() / 100 + "s"
          : seconds + "s";
    }
    if (seconds < 3600) {
      return two(time.toMinutes(), "m", time.toSecondsPart(), "s");
    }
    return time.toDays() > 0
        ? two(time.toDays(), "d", time.toHoursPart(), "h")
        : two(time.toHours(), "h", time.toMinutesPart(), "m");
  }

  private static String two(long large, String largeUnit, int small, String smallUnit) {
    return large + largeUnit + (small == 0 ? "" : small + smallUnit);
  }
}
