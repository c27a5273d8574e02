package dev.orrery.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Parses option values that are durations: {@code 30s}, {@code 2m}, {@code 1h}, {@code 7d}, or ISO
 * 8601.
 */
public final class TimeSpan implements ITypeConverter<Duration> {
  private static final Pattern SHORT = Pattern.compile("(\\d{1,6})([smhd])");

  private static final Duration MAX_SPAN = Duration.ofDays(36_500);

  @Override
  public Duration convert(String text) {
    Duration span = parse(text);
    if (span.isNegative() || span.isZero() || span.compareTo(MAX_SPAN) > 0) {
      throw new TypeConversionException(
          "'" + text + "' is not between 1 second and 36500 days, such as 30s, 2m, 1h or 7d");
    }
    return span;
  }

  private static Duration parse(String text) {
    Matcher matcher = SHORT.matcher(text);
    if (matcher.matches()) {
      long amount = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "s" -> Duration.ofSeconds(amount);
        case "m" -> Duration.ofMinutes(amount);
        case "h" -> Duration.ofHours(amount);
        default -> Duration.ofDays(amount);
      };
    }
    try {
      return Duration.parse(text);
    } catch (DateTimeException e) {
      throw new TypeConversionException("'" + text + "' is not a time such as 30s, 2m, 1h or 7d");
    }
  }
}
