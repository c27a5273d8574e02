package dev.orrery.scheduler.report;

import java.nio.charset.StandardCharsets;

/** Cuts what workers send to what is stored. */
final class Truncation {
  static final int MAX_RESULT_BYTES = 16 * 1024;
  static final int MAX_ERROR_BYTES = 4 * 1024;

  private static final String CUT = "… (truncated)";

  private Truncation() {}

  static String result(String text) {
    return cut(text, MAX_RESULT_BYTES);
  }

  static String error(String text) {
    return cut(text, MAX_ERROR_BYTES);
  }

  /**
   * At most this many bytes of UTF-8, saying so if it was cut; NUL, which cannot be stored, goes.
   */
  private static String cut(String text, int maxBytes) {
    if (text == null) {
      return null;
    }
    String storable = text.indexOf('\0') < 0 ? text : text.replace('\0', '\uFFFD');
    byte[] bytes = storable.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= maxBytes) {
      return storable;
    }
    int end = maxBytes - CUT.getBytes(StandardCharsets.UTF_8).length;
    // Not in the middle of a character: continuation bytes begin with 10.
    while ((bytes[end] & 0xC0) == 0x80) {
      end--;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8) + CUT;
  }
}
