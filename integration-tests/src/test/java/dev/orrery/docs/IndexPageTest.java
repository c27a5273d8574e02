package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that the index and the site link every page of docs/. */
class IndexPageTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final Pattern LINK = Pattern.compile("]\\((?:docs/)?([\\w-]+\\.md)\\)");
  private static final Pattern NAVIGATION = Pattern.compile("(?m)^ +- [^:\n]+: ([\\w-]+\\.md)$");
  private static final Pattern QUESTION = Pattern.compile("^- \\[[^]]+]\\(([\\w-]+)\\.html\\): ");
  private static final String INDEX = "README.md";

  @Test
  void listsEveryDocsPageOnceInTheIndex() throws IOException {
    assertThat(listed(LINK, "docs/README.md")).containsExactlyInAnyOrderElementsOf(pages());
  }

  @Test
  void matchesPageOrderOfTheSiteNavigation() throws IOException {
    assertThat(listed(NAVIGATION, "packaging/site/mkdocs.yml"))
        .isEqualTo(listed(LINK, "docs/README.md"));
  }

  @Test
  void matchesPageOrderOfTheListForLanguageModels() throws IOException {
    List<String> index = listed(LINK, "docs/README.md");

    assertThat(Files.readString(ROOT.resolve("docs/llms.txt")).lines())
        .flatExtracting(
            line -> QUESTION.matcher(line).results().map(r -> r.group(1) + ".md").toList())
        .isEqualTo(index);
  }

  private static List<String> listed(Pattern pattern, String file) throws IOException {
    return pattern
        .matcher(Files.readString(ROOT.resolve(file)))
        .results()
        .map(found -> found.group(1))
        .filter(name -> !name.equals(INDEX))
        .toList();
  }

  private static List<String> pages() throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".md") && !name.equals(INDEX))
          .toList();
    }
  }
}
