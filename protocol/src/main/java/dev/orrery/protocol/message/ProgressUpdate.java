package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * The progress of an attempt.
 *
 * @param instance 63 bits, a string of digits in JSON
 * @param attempt from 1
 * @param percent 0 to 100; may fall
 * @param text a line of at most {@value #MAX_TEXT} characters, longer ones are cut; may be absent
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProgressUpdate(
    @JsonFormat(shape = JsonFormat.Shape.STRING) long instance,
    int attempt,
    int percent,
    String text) {

  public static final int MAX_TEXT = 200;

  /** So many of them in one message at most; the others follow in the next one. */
  public static final int MAX_IN_MESSAGE = 100;

  /**
   * What is stored and shown of a line: without control characters, and cut; null if it is blank.
   */
  public static String line(String text) {
    if (text == null || text.isBlank()) {
      return null;
    }
    String line = text.strip().replaceAll("\\p{Cntrl}", " ");
    if (line.length() <= MAX_TEXT) {
      return line;
    }
    int end = MAX_TEXT - 1;
    // Not in the middle of a character.
    if (Character.isHighSurrogate(line.charAt(end - 1))) {
      end--;
    }
    return line.substring(0, end) + "…";
  }

  /** The nearest percentage that there is. */
  public static int bounded(int percent) {
    return Math.max(0, Math.min(100, percent));
  }
}
