package dev.orrery.trigger.cron;

import dev.orrery.trigger.EnglishText;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Describes the times of day of a cron expression in English. */
public final class TimeDescriber {
  private static final FieldValues ZERO = FieldValues.of(0);
  private static final int MAX_TIMES_LISTED = 6;

  private final TimeMatcher times;
  private final OptionalInt hourStep;
  private final OptionalInt minuteStep;
  private final OptionalInt secondStep;

  public TimeDescriber(TimeMatcher times) {
    this.times = times;
    this.hourStep = step(times.hours(), CronField.HOUR);
    this.minuteStep = step(times.minutes(), CronField.MINUTE);
    this.secondStep = step(times.seconds(), CronField.SECOND);
  }

  public boolean areListed() {
    return times.hours().count() * times.minutes().count() * times.seconds().count()
        <= MAX_TIMES_LISTED;
  }

  public String words() {
    if (areListed()) {
      return "at " + EnglishText.list(all());
    }
    if (times.seconds().equals(ZERO) && times.minutes().equals(ZERO)) {
      if (hourStep.isPresent()) {
        return EnglishText.every(hourStep.getAsInt(), "hour");
      }
      if (hoursAreARange()) {
        return "every hour from "
            + LocalTime.of(firstHour(), 0)
            + " to "
            + LocalTime.of(lastHour(), 0);
      }
    }
    return seconds() + minutes() + hours();
  }

  private List<String> all() {
    List<String> all = new ArrayList<>();
    times.hours().stream()
        .forEach(
            hour ->
                times.minutes().stream()
                    .forEach(
                        minute ->
                            times.seconds().stream()
                                .forEach(second -> all.add(clock(hour, minute, second)))));
    return all;
  }

  private static String clock(int hour, int minute, int second) {
    return LocalTime.of(hour, minute) + (second < 10 ? ":0" : ":") + second;
  }

  private String seconds() {
    if (times.seconds().equals(ZERO)) {
      return "";
    }
    return secondStep.isPresent()
        ? EnglishText.every(secondStep.getAsInt(), "second")
        : "at " + numbers("second", times.seconds());
  }

  private String minutes() {
    boolean onTheMinute = times.seconds().equals(ZERO);
    if (onTheMinute && minuteStep.isPresent()) {
      return EnglishText.every(minuteStep.getAsInt(), "minute");
    }
    if (isEvery(minuteStep)) {
      return secondStep.isPresent() ? "" : " of every minute";
    }
    return (onTheMinute ? "at " : " in ") + numbers("minute", times.minutes());
  }

  private String hours() {
    if (isEvery(hourStep)) {
      return minuteStep.isPresent() ? "" : " of every hour";
    }
    return hoursAreARange()
        ? " from " + LocalTime.of(firstHour(), 0) + " to " + LocalTime.of(lastHour(), 59)
        : " in " + numbers("hour", times.hours());
  }

  private boolean hoursAreARange() {
    int count = times.hours().count();
    return count > 1 && lastHour() - firstHour() + 1 == count;
  }

  private int firstHour() {
    return times.hours().first();
  }

  private int lastHour() {
    return times.hours().last();
  }

  private static String numbers(String unit, FieldValues values) {
    return unit
        + (values.count() == 1 ? " " : "s ")
        + EnglishText.listOfRuns(values.stream(), Integer::toString);
  }

  private static boolean isEvery(OptionalInt step) {
    return step.isPresent() && step.getAsInt() == 1;
  }

  /** Returns the distance of values that are evenly spread over the whole cycle, from its start. */
  private static OptionalInt step(FieldValues values, CronField field) {
    int count = values.count();
    if (count < 2 || field.cycle() % count != 0) {
      return OptionalInt.empty();
    }
    int step = field.cycle() / count;
    return values.stream().allMatch(value -> value % step == 0)
        ? OptionalInt.of(step)
        : OptionalInt.empty();
  }
}
