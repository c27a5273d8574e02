package dev.orrery.trigger;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes random cron expressions, each in the forms that one other scheduler has too. */
record RandomCron(Random random) {
  private static final List<String> DAYS = List.of("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN");
  private static final int FIRST_YEAR = 1990;
  private static final int LAST_YEAR = 2070;

  /** Six or seven fields, of which exactly one day field is {@code ?}. */
  String quartz() {
    boolean byWeek = random.nextBoolean();
    String dayOfMonth = byWeek ? "?" : quartzDayOfMonth();
    String fields =
        (dayOfMonth.contains("W") ? timeOnce() : time())
            + " "
            + dayOfMonth
            + " "
            + month()
            + " "
            + (byWeek ? quartzDayOfWeek() : "?");
    return random.nextInt(4) == 0 ? fields + " " + years() : fields;
  }

  /**
   * Six fields; both day fields may be restricted. {@code 1W} stands alone: another day can lead
   * Spring to Sunday the second, where it forgets the Monday that is nearest to the first.
   */
  String spring() {
    return random.nextInt(16) == 0
        ? time() + " 1W " + month() + " *"
        : time() + " " + springDayOfMonth() + " " + month() + " " + springDayOfWeek();
  }

  private String time() {
    return often("0", numbers(0, 59)) + " " + often("0", numbers(0, 59)) + " " + numbers(0, 23);
  }

  /** Of several times on a day with {@code W}, Quartz loses those before the one it starts from. */
  private String timeOnce() {
    return between(0, 59) + " " + between(0, 59) + " " + between(0, 23);
  }

  private String month() {
    return often("*", numbers(1, 12));
  }

  /** In lists, Quartz passes over {@code L-3} in short months, and over what follows a weekday. */
  private String quartzDayOfMonth() {
    return switch (random.nextInt(5)) {
      case 0 -> weekday();
      case 1 -> list(() -> "L-" + between(1, 30));
      case 2 -> list(() -> number(1, 31)) + ",L";
      default -> list(() -> number(1, 31));
    };
  }

  private String weekday() {
    return switch (random.nextInt(3)) {
      case 0 -> "LW";
      case 1 -> "L-" + between(1, 30) + "W";
      default -> between(1, 31) + "W";
    };
  }

  /** Lists with {@code L} or {@code #} are refused by Quartz, or lose what stands behind them. */
  private String quartzDayOfWeek() {
    return switch (random.nextInt(7)) {
      case 0 -> day() + "L";
      case 1 -> between(1, 7) + "L";
      case 2 -> day() + "#" + between(1, 5);
      case 3 -> between(1, 7) + "#" + between(1, 5);
      case 4 -> "L";
      case 5 -> list(this::days);
      default -> list(() -> number(1, 7));
    };
  }

  /** Offsets of 28 and more, and weekdays nearest such days, lead Spring out of the month. */
  private String springDayOfMonth() {
    return often(
        "*",
        list(
            () ->
                switch (random.nextInt(6)) {
                  case 0 -> "L";
                  case 1 -> "L-" + between(1, 27);
                  case 2 -> "LW";
                  case 3 -> between(2, 27) + "W";
                  default -> number(1, 31);
                }));
  }

  /** A range from 7 to 7 is the whole week in Spring. */
  private String springDayOfWeek() {
    return often(
        "*",
        list(
            () ->
                switch (random.nextInt(8)) {
                  case 0 -> day() + "L";
                  case 1 -> between(0, 7) + "L";
                  case 2 -> day() + "#" + between(1, 5);
                  case 3 -> between(0, 7) + "#" + between(1, 5);
                  case 4 -> days();
                  case 5 -> "7";
                  default -> number(0, 6);
                }));
  }

  private String years() {
    return list(() -> number(FIRST_YEAR, LAST_YEAR));
  }

  private String numbers(int min, int max) {
    return list(() -> number(min, max));
  }

  private String number(int min, int max) {
    int low = between(min, max);
    int high = between(low, max);
    int step = between(1, Math.min(max - min, 7));
    return switch (random.nextInt(5)) {
      case 0 -> low + "-" + high;
      case 1 -> low + "-" + high + "/" + step;
      case 2 -> low + "/" + step;
      case 3 -> min > 1000 ? Integer.toString(low) : "*/" + step;
      default -> Integer.toString(low);
    };
  }

  private String day() {
    return DAYS.get(random.nextInt(DAYS.size()));
  }

  private String days() {
    int first = random.nextInt(DAYS.size());
    int last = between(first, DAYS.size() - 1);
    return first == last ? DAYS.get(first) : DAYS.get(first) + "-" + DAYS.get(last);
  }

  private String list(Supplier<String> element) {
    return Stream.generate(element)
        .limit(random.nextInt(3) == 0 ? between(2, 3) : 1)
        .collect(Collectors.joining(","));
  }

  private String often(String usual, String otherwise) {
    return random.nextBoolean() ? usual : otherwise;
  }

  private int between(int min, int max) {
    return min + random.nextInt(max - min + 1);
  }
}
