package dev.orrery.agent.secret;

/**
 * A text that is sought in others. The time is linear in the lengths of both, also where the needle
 * overlaps itself (the algorithm of Knuth, Morris and Pratt).
 */
final class Needle {
  static final int MIN_LENGTH = 6;

  private final String text;
  private final String start;

  /**
   * By index, the length of the longest begin of the needle that ends there and is not all of it.
   * Needles that stand in no text need none.
   */
  private volatile int[] borders = {};

  /**
   * @param text of at least {@link #MIN_LENGTH} characters
   */
  Needle(String text) {
    this.text = text;
    this.start = text.substring(0, MIN_LENGTH);
  }

  String text() {
    return text;
  }

  /** Is called with the begin and the end of each place; needles that overlap are one place. */
  @FunctionalInterface
  interface Places {
    void add(int begin, int end);
  }

  /**
   * Adds the places where the text has the needle.
   *
   * @return the length of the longest begin of the needle with which the text ends; 0 if it is
   *     shorter than {@link #MIN_LENGTH}
   */
  int find(String in, Places places) {
    int i = in.indexOf(start);
    if (i < 0) {
      return 0;
    }
    int[] shorter = borders();
    int matched = 0;
    int begin = 0;
    int end = 0;
    while (i >= 0 && i < in.length()) {
      matched = next(shorter, matched, in.charAt(i));
      i++;
      if (matched == text.length()) {
        if (i - matched >= end) {
          if (end > 0) {
            places.add(begin, end);
          }
          begin = i - matched;
        }
        end = i;
      } else if (matched == 0) {
        i = in.indexOf(start, i);
      }
    }
    if (end > 0) {
      places.add(begin, end);
    }
    return matched < MIN_LENGTH ? 0 : matched;
  }

  /** Like the result of {@link #find}, but of a begin that is not all of the needle. */
  int beginAtEndOf(String in) {
    int matched = find(in, (begin, end) -> {});
    return matched == text.length() ? borders()[matched - 1] : matched;
  }

  private int[] borders() {
    int[] known = borders;
    if (known.length > 0) {
      return known;
    }
    int[] all = new int[text.length()];
    for (int i = 1; i < all.length; i++) {
      all[i] = next(all, all[i - 1], text.charAt(i));
    }
    borders = all;
    return all;
  }

  private int next(int[] shorter, int matched, char letter) {
    int length = matched;
    while (length == text.length() || (length > 0 && text.charAt(length) != letter)) {
      length = shorter[length - 1];
    }
    return text.charAt(length) == letter ? length + 1 : length;
  }
}
