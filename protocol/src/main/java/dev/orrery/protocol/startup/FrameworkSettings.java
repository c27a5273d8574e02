package dev.orrery.protocol.startup;

import dev.orrery.protocol.text.NearestName;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds misspelt names of the Quarkus settings that docs/configuration.md lists. Quarkus has
 * hundreds of others, so a name counts as misspelt only if all its words are similar to the words
 * of a listed name.
 */
public final class FrameworkSettings {
  /** A star stands for a name that the user chooses. */
  private static final List<String> DOCUMENTED =
      List.of(
          "quarkus.datasource.jdbc.url",
          "quarkus.datasource.jdbc.max-size",
          "quarkus.datasource.username",
          "quarkus.datasource.password",
          "quarkus.datasource.engine.jdbc.max-size",
          "quarkus.datasource.reads.jdbc.max-size",
          "quarkus.http.host",
          "quarkus.http.port",
          "quarkus.http.ssl-port",
          "quarkus.http.insecure-requests",
          "quarkus.http.tls-configuration-name",
          "quarkus.log.level",
          "quarkus.log.category.*.level",
          "quarkus.management.host",
          "quarkus.management.port",
          "quarkus.tls.*.key-store.pem.*.cert",
          "quarkus.tls.*.key-store.pem.*.key",
          "quarkus.tls.*.trust-store.pem.certs",
          "quarkus.tls.*.reload-period");

  /** Names from old releases or other frameworks, with the current key. */
  private static final Map<String, String> MISTAKEN =
      Map.of(
          "quarkus.datasource.url", "quarkus.datasource.jdbc.url",
          "quarkus.datasource.user", "quarkus.datasource.username",
          "quarkus.datasource.jdbc.user", "quarkus.datasource.username",
          "quarkus.datasource.jdbc.username", "quarkus.datasource.username",
          "quarkus.datasource.jdbc.password", "quarkus.datasource.password");

  private static final Pattern NAME = Pattern.compile("quarkus[._].*", Pattern.CASE_INSENSITIVE);
  private static final String ANY = "*";
  private static final int MAX_EDITS = 3;

  private FrameworkSettings() {}

  public static boolean isOne(String name) {
    return NAME.matcher(name).matches();
  }

  /** Returns one line for each misspelt name, without its value. */
  public static List<String> warnings(Collection<WrittenSetting> written) {
    return written.stream()
        .flatMap(
            setting ->
                meant(setting).stream()
                    .map(
                        key ->
                            setting.name() + " is not a known setting. " + question(setting, key)))
        .sorted()
        .distinct()
        .toList();
  }

  /** Returns the closest documented key; empty for a correct or an unknown name. */
  public static Optional<String> meant(WrittenSetting written) {
    if (!isOne(written.name()) || DOCUMENTED.stream().anyMatch(key -> isExactly(written, key))) {
      return Optional.empty();
    }
    Optional<String> mistaken =
        MISTAKEN.entrySet().stream()
            .filter(entry -> written.sets(entry.getKey()))
            .map(Map.Entry::getValue)
            .findFirst();
    if (mistaken.isPresent()) {
      return mistaken;
    }
    record Near(String key, int edits) {}
    List<String> words = words(written.name());
    return DOCUMENTED.stream()
        .flatMap(key -> edits(words, key).stream().mapToObj(edits -> new Near(key, edits)))
        .min(Comparator.comparingInt(Near::edits))
        .map(Near::key);
  }

  /**
   * Returns {@code Did you mean …?} with the name in the form that the user wrote: variable or key.
   */
  public static String question(WrittenSetting written, String key) {
    String named = key.replace(ANY, "NAME");
    return "Did you mean " + (written.isVariable() ? Setting.variable(named) : named) + "?";
  }

  private static boolean isExactly(WrittenSetting written, String key) {
    String form =
        Arrays.stream(key.split(Pattern.quote(ANY)))
            .map(part -> written.isVariable() ? Setting.variable(part) : part)
            .map(Pattern::quote)
            .collect(Collectors.joining(".+"));
    return written.name().matches(form);
  }

  private static OptionalInt edits(List<String> written, String key) {
    // A star matches any words, so a name without a wrong letter may be another valid setting.
    IntStream asItIs =
        edits(written, words(key)).stream().filter(edits -> edits > 0 || !key.contains(ANY));
    // A missing hyphen counts as one edit.
    IntStream withoutHyphens =
        key.contains("-")
            ? edits(written, words(key.replace("-", ""))).stream().map(edits -> edits + 1)
            : IntStream.empty();
    return IntStream.concat(asItIs, withoutHyphens).filter(edits -> edits <= MAX_EDITS).min();
  }

  /**
   * Returns the edit distance; empty if a word is not similar to the known word at its position.
   */
  private static OptionalInt edits(List<String> written, List<String> known) {
    if (known.isEmpty() || written.isEmpty()) {
      return written.size() == known.size() ? OptionalInt.of(0) : OptionalInt.empty();
    }
    List<String> restOfKnown = known.subList(1, known.size());
    if (known.get(0).equals(ANY)) {
      return Stream.iterate(1, count -> count <= written.size(), count -> count + 1)
          .map(count -> edits(written.subList(count, written.size()), restOfKnown))
          .flatMapToInt(OptionalInt::stream)
          .min();
    }
    if (!NearestName.isNear(written.get(0), known.get(0))) {
      return OptionalInt.empty();
    }
    int first = NearestName.edits(written.get(0), known.get(0));
    return edits(written.subList(1, written.size()), restOfKnown).stream()
        .map(rest -> rest + first)
        .findFirst();
  }

  private static List<String> words(String name) {
    return Arrays.stream(name.toLowerCase(Locale.ROOT).split("[^a-z0-9*]+"))
        .filter(word -> !word.isEmpty())
        .toList();
  }
}
