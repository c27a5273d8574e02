package dev.orrery.cli;

import dev.orrery.protocol.text.NearestName;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Suggests the known word that is most similar to a misspelt one. */
public final class WordSuggestion {
  private static final int SHORTEST_BEGINNING = 3;

  private WordSuggestion() {}

  /** Returns {@code " Did you mean WORD?"} with the most similar word, or "". */
  public static String of(String written, List<String> known) {
    // Picocli compares a word with the names of commands only.
    CommandSpec words = CommandSpec.create();
    known.forEach(word -> words.addSubcommand(word, CommandSpec.create()));
    return among(
        written,
        new UnmatchedArgumentException(new CommandLine(words), List.of(written)).getSuggestions(),
        known);
  }

  /**
   * Picocli suggests a name for every word; accepts only names that begin with the word or are
   * similar to it, otherwise a known name with few other letters.
   */
  static String among(String written, List<String> suggested, Collection<String> known) {
    return Stream.concat(
            suggested.stream().filter(name -> isBeginning(written, name)),
            suggested.stream().filter(name -> isSimilar(written, name)))
        .findFirst()
        .or(() -> NearestName.of(written, known))
        .map(name -> " Did you mean " + name + "?")
        .orElse("");
  }

  private static boolean isBeginning(String written, String name) {
    return letters(written).strip().length() >= SHORTEST_BEGINNING && name.startsWith(written);
  }

  private static boolean isSimilar(String written, String name) {
    return letters(name).charAt(0) == letters(written).charAt(0)
        && Math.abs(name.length() - written.length()) <= 2;
  }

  private static String letters(String word) {
    return word.replaceFirst("^-+", "") + " ";
  }
}
