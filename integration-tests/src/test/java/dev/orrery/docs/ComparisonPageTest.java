package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Checks that the table of docs/comparison.md matches the features of the product, and that no page
 * contradicts it.
 */
class ComparisonPageTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final String COMPARISON = "docs/comparison.md";
  private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```.*?^ *```$");
  private static final Pattern PARAGRAPH_END = Pattern.compile("\\n(?=\\n|\\||- |#|>)");

  private final List<ProductFact> facts = new ProductFacts(ROOT).all();

  @Test
  void showsProductFactsFoundInTheCode() {
    StringBuilder table = new StringBuilder("| | Orrery has |\n|---|---|\n");
    for (ProductFact fact : facts) {
      table.append("| %s | %s |\n".formatted(fact.kind(), fact.answer()));
    }
    new Page(ROOT, "comparison.md").check("facts", table.toString());
  }

  @Test
  void matchesProductFactsOnEveryPage() throws IOException {
    List<String> found = new ArrayList<>();
    for (String page : pages()) {
      for (String paragraph : paragraphs(page)) {
        for (ProductFact fact : facts) {
          for (String claim : fact.contradictions(paragraph)) {
            found.add("%s: '%s', but %s: %s".formatted(page, claim, fact.kind(), fact.answer()));
          }
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void comparesSchedulersAccordingToProductFacts() throws IOException {
    List<String> found = new ArrayList<>();
    for (List<String> row : rows()) {
      if (row.size() == 4) {
        namedIn(row.get(2), true).forEach(kind -> found.add("not only there: " + kind + row));
        namedIn(row.get(3), false).forEach(kind -> found.add("not in Orrery: " + kind + row));
      } else if (row.size() == 2) {
        boolean none = row.get(1).startsWith("none");
        namedIn(row.get(0), none)
            .forEach(kind -> found.add("there is " + (none ? "one: " : "none: ") + kind + row));
      }
    }
    assertThat(found).isEmpty();
  }

  /** Returns the kinds that a cell names, among the existing or the missing ones. */
  private List<String> namedIn(String cell, boolean present) {
    return facts.stream()
        .filter(fact -> fact.isPresent() == present && fact.isNamedIn(cell))
        .map(ProductFact::kind)
        .toList();
  }

  /** Returns the rows about other schedulers. */
  private static List<List<String>> rows() throws IOException {
    String page = read(COMPARISON);
    String others = page.substring(page.indexOf("<!-- end: facts -->"));
    return others
        .lines()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| |"))
        .map(line -> line.substring(2, line.lastIndexOf('|')))
        .map(line -> Arrays.stream(line.split("\\|")).map(String::strip).toList())
        .toList();
  }

  private static List<String> pages() throws IOException {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      return Stream.concat(
              Stream.of("README.md", "CONTRIBUTING.md"),
              docs.map(file -> "docs/" + file.getFileName()).filter(page -> page.endsWith(".md")))
          .filter(page -> !page.equals(COMPARISON))
          .sorted()
          .toList();
    }
  }

  private static List<String> paragraphs(String page) throws IOException {
    return PARAGRAPH_END
        .splitAsStream(BLOCK.matcher(read(page)).replaceAll(""))
        .map(paragraph -> paragraph.replaceAll("\\s+", " "))
        .toList();
  }

  private static String read(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }
}
