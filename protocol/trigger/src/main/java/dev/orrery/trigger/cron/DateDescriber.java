package dev.orrery.trigger.cron;

import dev.orrery.trigger.EnglishText;
import java.time.DayOfWeek;
import java.time.Month;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/** Describes the dates of a cron expression in English. */
public final class DateDescriber {
  private static final String WEEKDAY = "weekday (MON-FRI)";
  private static final FieldValues WEEKDAYS = new FieldValues(0b0111110);
  private static final FieldValues WEEKEND = new FieldValues(0b1000001);
  private static final List<String> ORDINALS =
      List.of("first", "second", "third", "fourth", "fifth");
  private static final int DAYS_PER_WEEK = 7;

  private final DateMatcher dates;

  public DateDescriber(DateMatcher dates) {
    this.dates = dates;
  }

  /**
   * @param otherwise the text if every date matches
   */
  public String words(String otherwise) {
    String words = days() + months() + years();
    return words.isEmpty() ? otherwise : words.startsWith(",") ? otherwise + words : words;
  }

  /** Returns {@code weekdays (MON-FRI)}, for example. */
  public static String words(Set<DayOfWeek> days) {
    return daysOfWeek(
        days.stream()
            .map(day -> FieldValues.of(day.getValue() % DAYS_PER_WEEK))
            .reduce(FieldValues.NONE, FieldValues::plus));
  }

  private String days() {
    String byNumber = dates.daysOfMonth().restricted() ? " on " + all(dates.daysOfMonth()) : "";
    String byWeek = dates.daysOfWeek().restricted() ? " on " + all(dates.daysOfWeek()) : "";
    if (byNumber.isEmpty() || byWeek.isEmpty()) {
      return byNumber + byWeek;
    }
    return byNumber + (dates.eitherDay() ? ", and also" : ", but only") + byWeek;
  }

  private String months() {
    return dates.months().count() == CronField.MONTH.cycle()
        ? ""
        : ", in "
            + EnglishText.listOfRuns(
                dates.months().stream(),
                month -> Month.of(month).getDisplayName(TextStyle.FULL, Locale.ENGLISH));
  }

  private String years() {
    return dates.years().equals(YearSet.EVERY)
        ? ""
        : ", in "
            + EnglishText.list(dates.years().spans().stream().map(DateDescriber::years).toList());
  }

  private static String years(NumberRange years) {
    if (years.first() == years.last()) {
      return Integer.toString(years.first());
    }
    String span = years.first() + " to " + years.last();
    return years.step() == 1 ? span : span + " in steps of " + years.step();
  }

  private static String all(DayField field) {
    return EnglishText.list(field.patterns().stream().map(DateDescriber::pattern).toList());
  }

  private static String pattern(DayPattern pattern) {
    if (pattern instanceof DayPattern.DaysOfMonth days) {
      return (days.days().count() == 1 ? "day " : "days ")
          + EnglishText.listOfRuns(days.days().stream(), Integer::toString)
          + " of the month";
    }
    if (pattern instanceof DayPattern.LastDay last) {
      return lastDay(last.offset());
    }
    if (pattern instanceof DayPattern.NearestWeekday nearest) {
      return "the " + WEEKDAY + " nearest day " + nearest.day() + " of the month";
    }
    if (pattern instanceof DayPattern.WeekdayNearestLastDay nearest) {
      return nearest.offset() == 0
          ? "the last " + WEEKDAY + " of the month"
          : "the " + WEEKDAY + " nearest " + lastDay(nearest.offset());
    }
    if (pattern instanceof DayPattern.DaysOfWeek days) {
      return daysOfWeek(days.days());
    }
    if (pattern instanceof DayPattern.LastDayOfWeek last) {
      return "the last " + name(last.dayOfWeek()) + " of the month";
    }
    DayPattern.NthDayOfWeek nth = (DayPattern.NthDayOfWeek) pattern;
    return "the " + ORDINALS.get(nth.n() - 1) + " " + name(nth.dayOfWeek()) + " of the month";
  }

  private static String lastDay(int offset) {
    return switch (offset) {
      case 0 -> "the last day of the month";
      case 1 -> "the day before the last day of the month";
      default -> "the day " + offset + " days before the last day of the month";
    };
  }

  private static String daysOfWeek(FieldValues days) {
    if (days.equals(WEEKDAYS)) {
      return "weekdays (MON-FRI)";
    }
    if (days.equals(WEEKEND)) {
      return "weekends (SAT,SUN)";
    }
    IntStream mondayFirst =
        IntStream.rangeClosed(1, DAYS_PER_WEEK).filter(day -> days.contains(day % DAYS_PER_WEEK));
    return EnglishText.listOfRuns(mondayFirst, day -> name(day) + "s");
  }

  /**
   * @param dayOfWeek 0 and 7 are Sunday
   */
  private static String name(int dayOfWeek) {
    return DayOfWeek.of(dayOfWeek == 0 ? DAYS_PER_WEEK : dayOfWeek)
        .getDisplayName(TextStyle.FULL, Locale.ENGLISH);
  }
}
