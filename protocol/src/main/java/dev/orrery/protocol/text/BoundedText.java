package dev.orrery.protocol.text;

import java.nio.charset.StandardCharsets;

/**
 * Cuts texts to a maximum length without splitting a character, and replaces characters that
 * PostgreSQL cannot store.
 */
public final class BoundedText {
  private static final String ELLIPSIS = "…";
  private static final int ELLIPSIS_BYTES = ELLIPSIS.getBytes(StandardCharsets.UTF_8).length;
  private static final String TRUNCATED = "… (truncated)";

  private BoundedText() {}

  /**
   * Cuts to {@code max} UTF-16 code units, or one less to keep a surrogate pair whole; null stays
   * null.
   */
  public static String cut(String text, int max) {
    if (text == null || text.length() <= max) {
      return text;
    }
    boolean splitsPair = max > 0 && Character.isHighSurrogate(text.charAt(max - 1));
    return text.substring(0, splitsPair ? max - 1 : max);
  }

  /** Like {@link #cut}, and appends an ellipsis to a cut text. */
  public static String abbreviate(String text, int max) {
    return text.length() <= max ? text : cut(text, max) + ELLIPSIS;
  }

  /**
   * Cuts to {@code maxBytes} of UTF-8, including the mark {@code … (truncated)} of a cut text. Null
   * stays null.
   */
  public static String truncateUtf8(String text, int maxBytes) {
    if (text == null) {
      return null;
    }
    int size = text.getBytes(StandardCharsets.UTF_8).length;
    return size <= maxBytes ? text : marked(text, maxBytes, TRUNCATED);
  }

  /** Returns the begin of a text and a mark, together at most {@code maxBytes} of UTF-8. */
  static String marked(String text, int maxBytes, String mark) {
    // Otherwise half of a surrogate pair would become a question mark.
    byte[] bytes = replaceUnstorable(text).getBytes(StandardCharsets.UTF_8);
    int end = Math.min(bytes.length, maxBytes - mark.getBytes(StandardCharsets.UTF_8).length);
    while (end < bytes.length && isContinuation(bytes[end])) {
      end--;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8) + mark;
  }

  /**
   * Returns the end of a text, at most {@code maxBytes} of UTF-8, including the leading ellipsis of
   * a cut text.
   */
  public static String endOfUtf8(String text, int maxBytes) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= maxBytes) {
      return text;
    }
    int start = bytes.length - maxBytes + ELLIPSIS_BYTES;
    while (start < bytes.length && isContinuation(bytes[start])) {
      start++;
    }
    return ELLIPSIS + new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8);
  }

  /** Continuation bytes of UTF-8 begin with the bits 10; a cut before them splits a character. */
  private static boolean isContinuation(byte octet) {
    return (octet & 0xC0) == 0x80;
  }

  /**
   * Returns the index of the first character that PostgreSQL cannot store, NUL or an unpaired
   * surrogate; -1 if all can be stored.
   */
  public static int indexOfUnstorable(String text) {
    return indexOfUnstorable(text, 0);
  }

  private static int indexOfUnstorable(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character == '\0') {
        return i;
      }
      if (Character.isSurrogate(character)) {
        if (i + 1 == text.length() || !Character.isSurrogatePair(character, text.charAt(i + 1))) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }

  /** Replaces each character that PostgreSQL cannot store by U+FFFD; null stays null. */
  public static String replaceUnstorable(String text) {
    int first = text == null ? -1 : indexOfUnstorable(text);
    if (first < 0) {
      return text;
    }
    StringBuilder replaced = new StringBuilder(text);
    for (int next = first; next >= 0; next = indexOfUnstorable(text, next + 1)) {
      replaced.setCharAt(next, '\uFFFD');
    }
    return replaced.toString();
  }
}
