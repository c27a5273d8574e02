package dev.orrery.powerjob;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Formats and parses the times in messages of PowerJob clients, such as {@code
 * 2027-01-01T00:00:00.000+00:00}.
 */
public final class ClientTimeText {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSxxx").withZone(ZoneOffset.UTC);

  private ClientTimeText() {}

  public static String of(Instant time) {
    return FORMAT.format(time);
  }

  /**
   * @throws java.time.DateTimeException if the text is not such a time
   */
  static Instant parse(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }
}
