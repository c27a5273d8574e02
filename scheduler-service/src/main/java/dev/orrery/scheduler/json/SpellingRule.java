package dev.orrery.scheduler.json;

/** Finds the field that a caller probably meant. This is a pure rule. */
final class SpellingRule {
  private SpellingRule() {}

  /** Returns true if the names differ in one letter, or in two adjacent letters. */
  static boolean isNear(String written, String known) {
    int shorter = Math.min(written.length(), known.length());
    int same = 0;
    while (same < shorter && written.charAt(same) == known.charAt(same)) {
      same++;
    }
    int sameEnd = 0;
    while (sameEnd < shorter - same
        && written.charAt(written.length() - 1 - sameEnd)
            == known.charAt(known.length() - 1 - sameEnd)) {
      sameEnd++;
    }
    return !written.equals(known)
        && Math.max(written.length(), known.length()) - same - sameEnd <= 2
        && Math.abs(written.length() - known.length()) <= 1;
  }
}
