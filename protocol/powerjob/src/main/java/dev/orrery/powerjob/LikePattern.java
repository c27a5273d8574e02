package dev.orrery.powerjob;

/**
 * Matches texts against an SQL {@code LIKE} pattern: {@code %} is any text, {@code _} is any
 * character. Takes at most text length times pattern length steps.
 */
record LikePattern(String pattern) {
  private static final char ANY_TEXT = '%';
  private static final char ANY_CHARACTER = '_';

  /** Returns a pattern that a part of the text may match. */
  static LikePattern anywhere(String part) {
    return new LikePattern(ANY_TEXT + part + ANY_TEXT);
  }

  boolean matches(String text) {
    int at = 0;
    int next = 0;
    int afterAny = -1;
    int retryAt = 0;
    while (at < text.length()) {
      if (next < pattern.length() && pattern.charAt(next) == ANY_TEXT) {
        afterAny = ++next;
        retryAt = at;
      } else if (next < pattern.length() && accepts(pattern.charAt(next), text.charAt(at))) {
        next++;
        at++;
      } else if (afterAny >= 0) {
        next = afterAny;
        at = ++retryAt;
      } else {
        return false;
      }
    }
    while (next < pattern.length() && pattern.charAt(next) == ANY_TEXT) {
      next++;
    }
    return next == pattern.length();
  }

  private static boolean accepts(char expected, char character) {
    return expected == ANY_CHARACTER || expected == character;
  }
}
