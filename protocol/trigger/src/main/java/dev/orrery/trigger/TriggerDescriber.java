package dev.orrery.trigger;

import dev.orrery.trigger.cron.DateDescriber;
import dev.orrery.trigger.cron.TimeDescriber;
import dev.orrery.trigger.cron.WallTimeMatcher;
import java.time.DayOfWeek;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Describes the fire times of a trigger in English. Equal triggers have equal descriptions. */
public final class TriggerDescriber {
  private TriggerDescriber() {}

  /** Returns one phrase, such as {@code at 02:30:00 on weekdays (MON-FRI), Europe/Berlin}. */
  public static String of(Trigger trigger) {
    if (trigger instanceof Trigger.Cron cron) {
      return cron(cron.expression().wallTimes())
          + ", "
          + cron.zone()
          + bounds(cron.bounds())
          + jitter(cron.jitter());
    }
    if (trigger instanceof Trigger.Every every) {
      return "every " + duration(every.period()) + bounds(every.bounds()) + jitter(every.jitter());
    }
    if (trigger instanceof Trigger.EveryWithin every) {
      return "every "
          + duration(every.period())
          + window(every.window())
          + bounds(every.bounds())
          + jitter(every.jitter());
    }
    if (trigger instanceof Trigger.Delay delay) {
      return duration(delay.delay())
          + " after the end of the last run"
          + bounds(delay.bounds())
          + jitter(delay.jitter());
    }
    Trigger.At at = (Trigger.At) trigger;
    return "once at " + at.at() + jitter(at.jitter());
  }

  private static String cron(WallTimeMatcher wallTimes) {
    TimeDescriber times = new TimeDescriber(wallTimes.times());
    return times.words()
        + new DateDescriber(wallTimes.dates()).words(times.areListed() ? " every day" : "");
  }

  private static String window(DailyWindow window) {
    boolean isDaily = window.days().size() == DayOfWeek.values().length;
    return " from "
        + window.from()
        + " to "
        + window.to()
        + (window.endsOnNextDay() ? " of the next day" : "")
        + (isDaily ? "" : " on " + DateDescriber.words(window.days()))
        + ", "
        + window.zone();
  }

  private static String bounds(FireWindow bounds) {
    return (bounds.from() == null ? "" : ", from " + bounds.from())
        + (bounds.until() == null ? "" : ", until " + bounds.until());
  }

  private static String jitter(Duration jitter) {
    return jitter.isZero() ? "" : ", with up to " + duration(jitter) + " of jitter";
  }

  /**
   * Returns {@code 1 hour 30 minutes}, for example.
   *
   * @param duration whole milliseconds
   */
  private static String duration(Duration duration) {
    List<String> parts = new ArrayList<>();
    addCount(parts, duration.toDays(), "day");
    addCount(parts, duration.toHoursPart(), "hour");
    addCount(parts, duration.toMinutesPart(), "minute");
    addCount(parts, duration.toSecondsPart(), "second");
    addCount(parts, duration.toMillisPart(), "millisecond");
    return String.join(" ", parts);
  }

  private static void addCount(List<String> parts, long count, String unit) {
    if (count > 0) {
      parts.add(count + " " + unit + (count == 1 ? "" : "s"));
    }
  }
}
