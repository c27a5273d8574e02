package dev.orrery.protocol.text;

import dev.orrery.protocol.message.MessageLimits;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The result of an attempt within its bound. A cut one ends with a mark that says its size: whoever
 * uses results as data must refuse it, because a list without its end looks like a list.
 */
public final class ResultText {
  private static final String MARK = "… (truncated, %s bytes)";
  private static final String MORE = "more than ";
  private static final Pattern CUT =
      Pattern.compile("… \\(truncated, (" + MORE + ")?(\\d{1,18}) bytes\\)\\z");

  /** The most characters of a mark. */
  public static final int MARK_LENGTH = 60;

  private ResultText() {}

  /** Returns a result of at most 16 KiB of UTF-8 as it is, and cuts others; null stays null. */
  public static String bounded(String text) {
    int size = text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
    return size <= MessageLimits.MAX_RESULT_BYTES
        ? text
        : BoundedText.marked(text, MessageLimits.MAX_RESULT_BYTES, MARK.formatted(size));
  }

  /**
   * Like {@link #bounded}, for a text that has already lost its end.
   *
   * @param size of the whole text in bytes; at least as large if it is not known
   */
  public static String cut(String text, long size, boolean isKnown) {
    return BoundedText.marked(
        text, MessageLimits.MAX_RESULT_BYTES, MARK.formatted((isKnown ? "" : MORE) + size));
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
