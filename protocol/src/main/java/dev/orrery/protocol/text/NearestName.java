package dev.orrery.protocol.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Suggests the known name that is closest to a misspelt one. */
public final class NearestName {
  private static final int MAX_EDITS = 3;

  private NearestName() {}

  /** Returns the closest known name; empty if no known name is similar. */
  public static Optional<String> of(String written, Collection<String> known) {
    return known.stream()
        .filter(name -> isNear(written, name))
        .min(Comparator.comparingInt(name -> edits(written, name)));
  }

  /** Returns {@code " Did you mean 'NAME'?"} with the closest known name, or "". */
  public static String question(String written, Collection<String> known) {
    return of(written, known).map(name -> " Did you mean '" + name + "'?").orElse("");
  }

  /**
   * Returns true if at most a third of the letters, and at most three, are wrong, or one is the
   * plural of the other: {@code retries} and {@code retry}.
   */
  public static boolean isNear(String left, String right) {
    return singular(left).equals(singular(right)) || hasFewEdits(left, right);
  }

  private static String singular(String name) {
    return name.replaceFirst("ies$", "y").replaceFirst("s$", "");
  }

  private static boolean hasFewEdits(String left, String right) {
    int allowed = Math.min(MAX_EDITS, Math.max(left.length(), right.length()) / 3);
    return Math.abs(left.length() - right.length()) <= allowed && edits(left, right) <= allowed;
  }

  /** Returns the edit distance; a swap of neighbouring letters counts as one edit. */
  public static int edits(String left, String right) {
    int[][] edits = new int[left.length() + 1][right.length() + 1];
    for (int i = 0; i <= left.length(); i++) {
      for (int j = 0; j <= right.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        int replaced = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
        int best = Math.min(edits[i - 1][j], edits[i][j - 1]) + 1;
        best = Math.min(best, edits[i - 1][j - 1] + replaced);
        if (i > 1
            && j > 1
            && left.charAt(i - 1) == right.charAt(j - 2)
            && left.charAt(i - 2) == right.charAt(j - 1)) {
          best = Math.min(best, edits[i - 2][j - 2] + 1);
        }
        edits[i][j] = best;
      }
    }
    return edits[left.length()][right.length()];
  }
}
