package dev.orrery.protocol.startup;

import dev.orrery.protocol.text.NearestName;
import java.util.List;
import java.util.OptionalInt;

/** Measures the distance between a misspelt name and a known one. Names are lists of words. */
final class Spelling {
  /** A missing word counts as two wrong letters. */
  private static final int MISSING_WORD = 2;

  private static final int MAX_MISSING_WORDS = 2;

  private Spelling() {}

  /** Returns the distance; empty if the names are not similar. */
  static OptionalInt distance(List<String> written, List<String> known) {
    int letters = letters(written, known);
    int words = words(written, known);
    int smaller = Math.min(letters, Math.min(words, lastWord(written, known)));
    return smaller == Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of(smaller);
  }

  /** Counts wrong letters after the common words at the start. */
  private static int letters(List<String> written, List<String> known) {
    int same = 0;
    while (same < Math.min(written.size(), known.size())
        && written.get(same).equals(known.get(same))) {
      same++;
    }
    String left = String.join("_", written.subList(same, written.size()));
    String right = String.join("_", known.subList(same, known.size()));
    return NearestName.isNear(left, right) ? NearestName.edits(left, right) : Integer.MAX_VALUE;
  }

  /** Accepts a name that lacks the last word. A single remaining word is too ambiguous. */
  private static int lastWord(List<String> written, List<String> known) {
    return written.size() >= 2
            && known.size() == written.size() + 1
            && known.subList(0, written.size()).equals(written)
        ? MISSING_WORD
        : Integer.MAX_VALUE;
  }

  /**
   * Counts missing and surplus words, such as the section of a setting. The last word must be
   * present.
   */
  private static int words(List<String> written, List<String> known) {
    List<String> shorter = written.size() <= known.size() ? written : known;
    List<String> longer = shorter == written ? known : written;
    int missing = longer.size() - shorter.size();
    if (shorter.isEmpty() || missing > MAX_MISSING_WORDS) {
      return Integer.MAX_VALUE;
    }
    int sum = 0;
    int to = longer.size() - 1;
    for (int from = shorter.size() - 1; from >= 0; from--) {
      String word = shorter.get(from);
      while (to >= 0 && !NearestName.isNear(word, longer.get(to))) {
        if (from == shorter.size() - 1) {
          return Integer.MAX_VALUE;
        }
        to--;
      }
      if (to < 0) {
        return Integer.MAX_VALUE;
      }
      sum += NearestName.edits(word, longer.get(to));
      to--;
    }
    return sum + MISSING_WORD * missing;
  }
}
