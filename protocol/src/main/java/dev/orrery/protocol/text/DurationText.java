package dev.orrery.protocol.text;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses durations as users write them: {@code 30s}, {@code 1h30m}, or ISO 8601. {@link
 * Duration#toString} writes them as ISO 8601.
 */
public final class DurationText {
  /** The end of a message that begins with "must be". */
  public static final String EXPECTED = "a duration such as 30s, 5m, 1h30m or PT1H30M";

  private static final String NUMBER = "(\\d{1,9})";
  private static final String SHORT_FORM =
      "(?:%1$sd)?(?:%1$sh)?(?:%1$sm(?!s))?(?:%1$ss)?(?:%1$sms)?".formatted(NUMBER);
  private static final Pattern SHORT = Pattern.compile(SHORT_FORM);

  /** Regular expression of the texts that {@link #parse} accepts. */
  public static final String PATTERN =
      "\\s*(?:"
          + SHORT_FORM
          + "|[-+]?[Pp](?:[-+]?\\d+[Dd])?(?:[Tt](?:[-+]?\\d+[Hh])?(?:[-+]?\\d+[Mm])?"
          + "(?:[-+]?\\d+(?:[.,]\\d{0,9})?[Ss])?)?)\\s*";

  private DurationText() {}

  /**
   * Parses days, hours, minutes, seconds and milliseconds in this order, {@code 1d12h} or {@code
   * 500ms}, or an ISO 8601 duration.
   *
   * @throws DateTimeException if the text has neither form
   */
  public static Duration parse(String text) {
    String stripped = text.strip();
    Matcher parts = SHORT.matcher(stripped);
    if (stripped.isEmpty() || !parts.matches()) {
      return Duration.parse(stripped);
    }
    return Duration.ofDays(part(parts, 1))
        .plusHours(part(parts, 2))
        .plusMinutes(part(parts, 3))
        .plusSeconds(part(parts, 4))
        .plusMillis(part(parts, 5));
  }

  private static long part(Matcher parts, int group) {
    return parts.group(group) == null ? 0 : Long.parseLong(parts.group(group));
  }
}
