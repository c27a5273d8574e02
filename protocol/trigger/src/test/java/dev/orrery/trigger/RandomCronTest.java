package dev.orrery.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.trigger.cron.CronDialect;
import dev.orrery.trigger.cron.CronExpression;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Compares random expressions with a search that tries each day, and each second, in turn. */
class RandomCronTest {
  private static final int EXPRESSIONS = 5_000;
  private static final int YEARS_SEARCHED = 45;
  private static final int DAYS_PER_WEEK = 7;
  private static final int SECONDS_PER_DAY = 86_400;
  private static final long FIRST_START = Instant.parse("1600-01-01T00:00:00Z").getEpochSecond();
  private static final long LAST_START = Instant.parse("2400-01-01T00:00:00Z").getEpochSecond();

  @Test
  void firesRandomExpressionsLikeBruteForceSearch(TestReporter reporter) {
    long seed = Long.getLong("orrery.test.seed", System.nanoTime());
    reporter.publishEntry("orrery.test.seed", Long.toString(seed));
    Random random = new Random(seed);
    for (int i = 0; i < EXPRESSIONS; i++) {
      RandomExpression expression = RandomExpression.from(random);
      Instant after =
          Instant.ofEpochSecond(
              FIRST_START + (long) (random.nextDouble() * (LAST_START - FIRST_START)));

      CronDialect dialect = random.nextBoolean() ? CronDialect.UNIX : null;

      assertThat(CronExpression.parse(expression.text(), dialect).next(after, ZoneOffset.UTC))
          .as("%s '%s' after %s, -Dorrery.test.seed=%d", dialect, expression.text(), after, seed)
          .isEqualTo(expression.next(after, dialect));
    }
  }

  /** In the order in which the fields are written. */
  private record RandomExpression(List<RandomField> fields) {

    static RandomExpression from(Random random) {
      return new RandomExpression(
          List.of(
              RandomField.from(random, 0, 59),
              RandomField.from(random, 0, 59),
              RandomField.from(random, 0, 23),
              RandomField.from(random, 1, 31),
              RandomField.from(random, 1, 12),
              RandomField.from(random, 0, 6)));
    }

    String text() {
      return fields.stream().map(RandomField::text).collect(Collectors.joining(" "));
    }

    Optional<Instant> next(Instant after, CronDialect dialect) {
      boolean eitherDay = dialect == CronDialect.UNIX && !startsWithStar(3) && !startsWithStar(5);
      LocalDateTime start = LocalDateTime.ofInstant(after, ZoneOffset.UTC).plusSeconds(1);
      int second = start.toLocalTime().toSecondOfDay();
      LocalDate end = start.toLocalDate().plusYears(YEARS_SEARCHED);
      for (LocalDate date = start.toLocalDate(); date.isBefore(end); date = date.plusDays(1)) {
        if (matches(date, eitherDay)) {
          OptionalInt match =
              IntStream.range(second, SECONDS_PER_DAY).filter(this::matches).findFirst();
          if (match.isPresent()) {
            LocalTime time = LocalTime.ofSecondOfDay(match.getAsInt());
            return Optional.of(date.atTime(time).toInstant(ZoneOffset.UTC));
          }
        }
        second = 0;
      }
      return Optional.empty();
    }

    private boolean startsWithStar(int field) {
      return fields.get(field).text().startsWith("*");
    }

    private boolean matches(LocalDate date, boolean eitherDay) {
      boolean byNumber = matches(3, date.getDayOfMonth());
      boolean byWeek = matches(5, date.getDayOfWeek().getValue() % DAYS_PER_WEEK);
      return matches(4, date.getMonthValue())
          && (eitherDay ? byNumber || byWeek : byNumber && byWeek);
    }

    private boolean matches(int secondOfDay) {
      return matches(0, secondOfDay % 60)
          && matches(1, secondOfDay / 60 % 60)
          && matches(2, secondOfDay / 3600);
    }

    private boolean matches(int field, int value) {
      return fields.get(field).values().get(value);
    }
  }

  private record RandomField(String text, BitSet values) {

    static RandomField from(Random random, int min, int max) {
      if (random.nextInt(3) == 0) {
        return span("*", min, max, 1);
      }
      StringJoiner text = new StringJoiner(",");
      BitSet values = new BitSet();
      for (int elements = 1 + random.nextInt(3); elements > 0; elements--) {
        RandomField element = element(random, min, max);
        text.add(element.text());
        values.or(element.values());
      }
      return new RandomField(text.toString(), values);
    }

    private static RandomField element(Random random, int min, int max) {
      int low = min + random.nextInt(max - min + 1);
      int high = low + random.nextInt(max - low + 1);
      int step = 1 + random.nextInt(max - min + 1);
      return switch (random.nextInt(5)) {
        case 0 -> span(low + "-" + high, low, high, 1);
        case 1 -> span(low + "-" + high + "/" + step, low, high, step);
        case 2 -> span(low + "/" + step, low, max, step);
        case 3 -> span("*/" + step, min, max, step);
        default -> span(Integer.toString(low), low, low, 1);
      };
    }

    private static RandomField span(String text, int low, int high, int step) {
      BitSet values = new BitSet();
      for (int value = low; value <= high; value += step) {
        values.set(value);
      }
      return new RandomField(text, values);
    }
  }
}
