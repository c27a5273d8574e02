package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that the pages link to existing files and sections, and name existing tests. */
class LinksTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final Pattern CODE = Pattern.compile("(?ms)^ *```.*?^ *```");
  private static final Pattern LINK = Pattern.compile("]\\(([\\w./-]*)(?:#([\\w-]+))?\\)");
  private static final Pattern TEST = Pattern.compile("`(\\w+[a-z](?:Test|IT))`");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

  private record Link(Path page, String file, String section) {
    Path target() {
      return file.isEmpty() ? page : page.resolveSibling(file).normalize();
    }

    boolean isDead() {
      return !Files.exists(target()) || (section != null && !sections(target()).contains(section));
    }
  }

  @Test
  void linksToExistingFilesAndSections() throws IOException {
    List<Link> links = pages().stream().flatMap(LinksTest::links).toList();

    assertThat(links).hasSizeGreaterThan(200);
    assertThat(links).noneMatch(Link::isDead);
  }

  @Test
  void namesExistingTests() throws IOException {
    Set<String> named =
        pages().stream()
            .flatMap(page -> TEST.matcher(TextFile.read(page)).results())
            .map(found -> found.group(1) + ".java")
            .collect(Collectors.toSet());

    assertThat(named).hasSizeGreaterThan(50);
    try (Stream<Path> files = Files.walk(ROOT)) {
      Set<String> sources =
          files
              .filter(file -> file.toString().contains("/src/test/java/"))
              .map(file -> file.getFileName().toString())
              .collect(Collectors.toSet());
      assertThat(sources).containsAll(named);
    }
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
        Stream<Path> top = Files.list(ROOT)) {
      return Stream.concat(docs, top).filter(file -> file.toString().endsWith(".md")).toList();
    }
  }

  private static Stream<Link> links(Path page) {
    return LINK.matcher(prose(page))
        .results()
        .map(found -> new Link(page, found.group(1), found.group(2)));
  }

  /** Returns GitHub's anchors of the headings of a page. */
  private static Set<String> sections(Path page) {
    return HEADING
        .matcher(prose(page))
        .results()
        .map(found -> found.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\w -]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  private static String prose(Path page) {
    return CODE.matcher(TextFile.read(page)).replaceAll("");
  }
}
