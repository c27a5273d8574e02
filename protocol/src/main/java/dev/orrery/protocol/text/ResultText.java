package dev.orrery.protocol.text;

import dev.orrery.protocol.message.MessageLimits;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Limits the result of an attempt to 16 KiB. A truncated result ends with a mark that states its
 * original size. Code that uses a result as data must reject it, because a list without its end
 * still looks like a list.
 */
public final class ResultText {
  private static final String MARK = "… (truncated, %s bytes)";
  private static final String MORE = "more than ";

  /** Of UTF-8, for each UTF-16 code unit. */
  private static final int MAX_BYTES_OF_CHAR = 3;

  private static final Pattern CUT =
      Pattern.compile("… \\(truncated, (" + MORE + ")?(\\d{1,18}) bytes\\)\\z");

  /** The maximum number of characters of a mark. */
  public static final int MARK_LENGTH = 60;

  private ResultText() {}

  /** Returns a result of at most 16 KiB of UTF-8 as it is, and cuts others; null stays null. */
  public static String bounded(String text) {
    if (text == null || text.length() <= MessageLimits.MAX_RESULT_BYTES / MAX_BYTES_OF_CHAR) {
      return text;
    }
    int size = text.getBytes(StandardCharsets.UTF_8).length;
    return size <= MessageLimits.MAX_RESULT_BYTES ? text : cut(text, size);
  }

  /**
   * Marks a text that has already lost its end.
   *
   * @param size of the whole text in bytes
   */
  public static String cut(String text, long size) {
    return BoundedText.marked(text, MessageLimits.MAX_RESULT_BYTES, MARK.formatted(size));
  }

  /** Like {@link #cut}, for a text of which only this many bytes were read. */
  public static String cutBeyond(String text, long size) {
    return BoundedText.marked(text, MessageLimits.MAX_RESULT_BYTES, MARK.formatted(MORE + size));
  }

  /**
   * Says what a cut result lacks, such as {@code had 20,113 bytes; at most 16,384 are kept}; empty
   * if the result is whole.
   */
  public static Optional<String> cutInWords(String result) {
    Matcher cut = CUT.matcher(result);
    cut.region(Math.max(0, result.length() - MARK_LENGTH), result.length());
    return cut.find()
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "had %s%,d bytes; at most %,d are kept",
                cut.group(1) == null ? "" : MORE,
                Long.parseLong(cut.group(2)),
                MessageLimits.MAX_RESULT_BYTES))
        : Optional.empty();
  }
}
