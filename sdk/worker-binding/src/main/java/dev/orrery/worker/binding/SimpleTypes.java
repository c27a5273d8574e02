package dev.orrery.worker.binding;

import dev.orrery.protocol.text.DurationText;
import java.io.File;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Currency;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Converts texts to single values of JDK types, in the same way on each platform and machine. The
 * table is in {@code docs/values.md}.
 */
final class SimpleTypes {
  private static final int SHOWN_CONSTANTS = 30;
  private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,1000}");
  private static final Map<Class<?>, Function<String, Object>> TABLE = new HashMap<>();

  static {
    put("a text", text -> text, String.class, CharSequence.class, Object.class);
    put("one character", SimpleTypes::character, Character.class, char.class);
    put("true or false", SimpleTypes::flag, Boolean.class, boolean.class);
    whole(Byte.class, byte.class, Byte.MIN_VALUE, Byte.MAX_VALUE, BigInteger::byteValueExact);
    whole(Short.class, short.class, Short.MIN_VALUE, Short.MAX_VALUE, BigInteger::shortValueExact);
    whole(
        Integer.class, int.class, Integer.MIN_VALUE, Integer.MAX_VALUE, BigInteger::intValueExact);
    whole(Long.class, long.class, Long.MIN_VALUE, Long.MAX_VALUE, BigInteger::longValueExact);
    put("a whole number", text -> integer(text.strip()), BigInteger.class);
    put("a number such as 12.5", text -> new BigDecimal(text.strip()), BigDecimal.class);
    put("a number such as 12.5", SimpleTypes::decimal, Double.class, double.class);
    put("a number such as 12.5", SimpleTypes::shortDecimal, Float.class, float.class);
    put(DurationText.EXPECTED, DurationText::parse, Duration.class);
    iso("a period such as P1Y2M3D", Period.class, Period::parse);
    iso("a time such as 2026-11-26T02:30:00Z", Instant.class, Instant::parse);
    iso("a date such as 2026-11-26", LocalDate.class, LocalDate::parse);
    iso("a time such as 02:30", LocalTime.class, LocalTime::parse);
    iso("a time such as 2026-11-26T02:30", LocalDateTime.class, LocalDateTime::parse);
    iso("a time such as 2026-11-26T02:30+01:00", OffsetDateTime.class, OffsetDateTime::parse);
    iso("a time such as 02:30+01:00", OffsetTime.class, OffsetTime::parse);
    iso(
        "a time such as 2026-11-26T02:30+01:00[Europe/Berlin]",
        ZonedDateTime.class,
        ZonedDateTime::parse);
    iso("a year such as 2026", Year.class, SimpleTypes::year);
    iso("a month such as 2026-11", YearMonth.class, YearMonth::parse);
    iso("a day such as --11-26", MonthDay.class, MonthDay::parse);
    put("a zone such as Europe/Berlin", text -> ZoneId.of(text.strip()), ZoneId.class);
    put("an offset such as +01:00", text -> ZoneOffset.of(text.strip()), ZoneOffset.class);
    put("a UUID of 36 characters", SimpleTypes::uuid, UUID.class);
    put("a URI", text -> URI.create(text.strip()), URI.class);
    put("a path", Path::of, Path.class);
    put("a path", File::new, File.class);
    put("a regular expression", Pattern::compile, Pattern.class);
    put("a language tag such as de-CH", SimpleTypes::locale, Locale.class);
    put("a currency such as EUR", text -> Currency.getInstance(text.strip()), Currency.class);
    put("a charset such as UTF-8", text -> Charset.forName(text.strip()), Charset.class);
  }

  private SimpleTypes() {}

  /** Returns the types, without enums. */
  static Set<Class<?>> types() {
    return TABLE.keySet();
  }

  /** Returns what converts a text; it throws a RuntimeException that says what the text must be. */
  static Optional<Function<String, Object>> of(Class<?> type) {
    Function<String, Object> known = TABLE.get(type);
    if (known != null) {
      return Optional.of(known);
    }
    return type.isEnum()
        ? Optional.of(text -> constant(type.getEnumConstants(), text.strip()))
        : Optional.empty();
  }

  private static void put(String expected, Function<String, Object> conversion, Class<?>... types) {
    Function<String, Object> explained =
        text -> {
          try {
            return conversion.apply(text);
          } catch (RuntimeException e) {
            throw new IllegalArgumentException("must be " + expected, e);
          }
        };
    Arrays.stream(types).forEach(type -> TABLE.put(type, explained));
  }

  private static void iso(String expected, Class<?> type, Function<CharSequence, Object> parse) {
    put(expected, text -> parse.apply(text.strip()), type);
  }

  private static void whole(
      Class<?> type, Class<?> primitive, long min, long max, Function<BigInteger, Object> exact) {
    put(
        "a whole number from " + min + " to " + max,
        text -> exact.apply(integer(text.strip())),
        type,
        primitive);
  }

  /** Without digits of other scripts, which BigInteger accepts. */
  private static BigInteger integer(String text) {
    if (!WHOLE.matcher(text).matches()) {
      throw new NumberFormatException(text);
    }
    return new BigInteger(text);
  }

  private static Object decimal(String text) {
    double value = new BigDecimal(text.strip()).doubleValue();
    if (Double.isInfinite(value)) {
      throw new NumberFormatException(text);
    }
    return value;
  }

  private static Object shortDecimal(String text) {
    float value = new BigDecimal(text.strip()).floatValue();
    if (Float.isInfinite(value)) {
      throw new NumberFormatException(text);
    }
    return value;
  }

  private static Object flag(String text) {
    return switch (text.strip()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static Object character(String text) {
    if (text.length() != 1) {
      throw new IllegalArgumentException(text);
    }
    return text.charAt(0);
  }

  /** Year itself also parses 26, as a year of the first century. */
  private static Object year(CharSequence text) {
    return Year.from(YearMonth.parse(text + "-01"));
  }

  private static Object uuid(String text) {
    UUID uuid = UUID.fromString(text.strip());
    if (!uuid.toString().equalsIgnoreCase(text.strip())) {
      throw new IllegalArgumentException(text);
    }
    return uuid;
  }

  private static Object locale(String text) {
    return new Locale.Builder().setLanguageTag(text.strip()).build();
  }

  /** Its name; also in small letters, and with hyphens. */
  private static Object constant(Object[] constants, String text) {
    String alike = text.replace('-', '_');
    return Arrays.stream(constants)
        .filter(constant -> name(constant).equals(text))
        .findFirst()
        .or(
            () ->
                Arrays.stream(constants)
                    .filter(constant -> name(constant).equalsIgnoreCase(alike))
                    .findFirst())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "must be one of "
                        + Arrays.stream(constants)
                            .limit(SHOWN_CONSTANTS)
                            .map(SimpleTypes::name)
                            .collect(Collectors.joining(", "))
                        + (constants.length > SHOWN_CONSTANTS ? ", …" : "")));
  }

  private static String name(Object constant) {
    return ((Enum<?>) constant).name();
  }
}
