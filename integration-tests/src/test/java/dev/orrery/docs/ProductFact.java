package dev.orrery.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A row of the table in docs/comparison.md: a kind of feature, with the product's features of this
 * kind.
 *
 * @param kind as the table names it
 * @param names existing features; empty if there are none
 * @param counted regular expression of the words after their number; empty if no sentence counts
 *     them
 * @param feature regular expression of the words for the kind in denials, questions, and tables of
 *     other schedulers; empty if there are no such words
 */
record ProductFact(String kind, List<String> names, String counted, String feature) {
  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("no", 0),
          Map.entry("both", 2),
          Map.entry("the other", 2),
          Map.entry("two", 2),
          Map.entry("three", 3),
          Map.entry("four", 4),
          Map.entry("five", 5),
          Map.entry("six", 6),
          Map.entry("seven", 7),
          Map.entry("eight", 8),
          Map.entry("nine", 9),
          Map.entry("ten", 10));
  private static final String NUMBER =
      "(" + String.join("|", NUMBERS.keySet()) + "|(?<![\\d.,])\\d+) ";
  private static final String DENIAL = "(?:no|lacks?(?: an?)?|without an?) (?:\\w+ )?";
  private static final String PROMISE = "(?:has|have|supports?|offers?) (?:an? |its own )?";

  /** Compiled patterns; each is used for thousands of paragraphs. */
  private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();

  private static final Pattern QUESTION =
      Pattern.compile("\\*\\*(?:Is|Are) there ([^?*]*)\\?\\*\\* (Yes|No)\\b");

  /** Returns the same kind with additional words for it. */
  ProductFact named(String words) {
    return new ProductFact(kind, names, counted, words);
  }

  boolean isPresent() {
    return !names.isEmpty();
  }

  /** Returns the cell of the table. */
  String answer() {
    return isPresent() ? names.size() + ": `" + String.join("`, `", names) + "`" : "none";
  }

  /** Returns true if the text contains the words for this kind. */
  boolean isNamedIn(String text) {
    return !feature.isEmpty() && find(feature, text).find();
  }

  /** Returns the parts of a paragraph or table row that contradict this row. */
  List<String> contradictions(String text) {
    List<String> found = new ArrayList<>();
    if (!counted.isEmpty()) {
      find(NUMBER + "(?:" + counted + ")", text)
          .results()
          .filter(match -> number(match.group(1)) != names.size())
          .forEach(match -> found.add(match.group()));
    }
    if (!feature.isEmpty()) {
      find((isPresent() ? DENIAL : PROMISE) + "(?:" + feature + ")", text)
          .results()
          .forEach(match -> found.add(match.group()));
      QUESTION
          .matcher(text)
          .results()
          .filter(match -> isNamedIn(match.group(1)))
          .filter(match -> match.group(2).equals("Yes") != isPresent())
          .forEach(match -> found.add(match.group()));
    }
    return found;
  }

  private static int number(String word) {
    Integer known = NUMBERS.get(word.toLowerCase(Locale.ROOT));
    return known == null ? Integer.parseInt(word) : known;
  }

  private static Matcher find(String words, String text) {
    return PATTERNS
        .computeIfAbsent(words, key -> Pattern.compile("(?i)\\b(?:" + key + ")\\b"))
        .matcher(text);
  }
}
