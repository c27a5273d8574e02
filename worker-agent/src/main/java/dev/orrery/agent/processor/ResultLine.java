package dev.orrery.agent.processor;

import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.text.ResultText;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Recognizes lines of standard output that set the result of an attempt, such as {@code ::result
 * ok}. The last one counts. They stay in the log like any other line.
 */
final class ResultLine {
  private static final String BEGIN = "::result ";

  private String result;
  private boolean continues;

  /** The bytes of the result, also of pieces that are not kept. */
  private long size;

  /**
   * @param text a line, or a piece of a long one
   * @param isBegin false if it continues the line before
   */
  void pass(String text, boolean isBegin) {
    if (isBegin) {
      continues = text.startsWith(BEGIN);
      if (continues) {
        result = text.substring(BEGIN.length());
        size = bytes(result);
      }
    } else if (continues) {
      size += bytes(text);
      if (result.length() <= MessageLimits.MAX_RESULT_BYTES) {
        result += text;
      }
    }
  }

  Optional<String> result() {
    return Optional.ofNullable(result)
        .map(text -> size <= MessageLimits.MAX_RESULT_BYTES ? text : ResultText.cut(text, size));
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
