package dev.orrery.trigger;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Formats lists and numbers in English. */
public final class EnglishText {
  private static final int SHORTEST_RUN = 3;

  private EnglishText() {}

  /** Returns {@code a, b and c}. */
  public static String list(List<String> words) {
    int last = words.size() - 1;
    return last < 1
        ? String.join("", words)
        : String.join(", ", words.subList(0, last)) + " and " + words.get(last);
  }

  /** Returns a list in which three or more neighbours become {@code a to c}. */
  public static String listOfRuns(IntStream ascending, IntFunction<String> word) {
    int[] values = ascending.toArray();
    List<String> words = new ArrayList<>();
    for (int start = 0; start < values.length; ) {
      int end = start;
      while (end + 1 < values.length && values[end + 1] == values[end] + 1) {
        end++;
      }
      if (end - start + 1 >= SHORTEST_RUN) {
        words.add(word.apply(values[start]) + " to " + word.apply(values[end]));
      } else {
        IntStream.rangeClosed(start, end).forEach(i -> words.add(word.apply(values[i])));
      }
      start = end + 1;
    }
    return list(words);
  }

  /** Returns {@code every hour} or {@code every 2 hours}. */
  public static String every(int count, String unit) {
    return "every " + (count == 1 ? unit : count + " " + unit + "s");
  }
}
