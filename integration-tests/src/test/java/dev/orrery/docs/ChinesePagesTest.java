package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks that the Chinese pages have the commands, files, sections, rows, figures and literals of
 * the English ones.
 */
class ChinesePagesTest {
  private static final Path CHINESE = ExampleProgram.ROOT.resolve("docs/zh-CN");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```(\\w+)$.*?^ *```$");
  private static final Pattern COMMENT = Pattern.compile("(?s)<!--.*?-->");
  private static final Pattern LINK_TARGET = Pattern.compile("]\\([^)]*\\)");
  private static final Pattern LITERAL = Pattern.compile("`([^`]+)`");
  private static final Pattern FIGURE = Pattern.compile("\\d[\\d.,:]*\\d|\\d");

  private record Pair(String english, String chinese) {
    static Pair of(Path chinese) {
      return new Pair("docs/" + chinese.getFileName(), "docs/zh-CN/" + chinese.getFileName());
    }
  }

  /** The parts of a section that a translation keeps. */
  private record Section(int depth, int rows, Set<String> literals, Set<String> figures) {
    static Section of(String text) {
      String prose = LINK_TARGET.matcher(text).replaceAll("]").replace("November", "11");
      return new Section(
          text.indexOf(' '),
          text.split("\n *\\|", -1).length,
          found(LITERAL, prose.replaceAll("\\s+", " ")),
          found(FIGURE, prose));
    }
  }

  static List<Pair> pages() throws IOException {
    try (Stream<Path> files = Files.list(CHINESE)) {
      return Stream.concat(
              Stream.of(new Pair("README.md", "README.zh-CN.md")), files.sorted().map(Pair::of))
          .toList();
    }
  }

  @Test
  void coversThePagesOfANewUser() throws IOException {
    assertThat(pages())
        .extracting(Pair::english)
        .contains(
            "README.md",
            "docs/getting-started.md",
            "docs/moving.md",
            "docs/notifications.md",
            "docs/powerjob.md");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void hasCommandsAndFilesOfTheEnglishPage(Pair page) {
    assertThat(blocks(page.chinese())).isNotEmpty().isEqualTo(blocks(page.english()));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void hasSectionsFiguresAndLiteralsOfTheEnglishPage(Pair page) {
    assertThat(sections(page.chinese())).hasSizeGreaterThan(3).isEqualTo(sections(page.english()));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linksToTheOtherLanguage(Pair page) {
    Path english = ExampleProgram.ROOT.resolve(page.english());
    Path chinese = ExampleProgram.ROOT.resolve(page.chinese());

    assertThat(TextFile.read(english))
        .contains("[中文](" + english.getParent().relativize(chinese) + ")");
    assertThat(TextFile.read(chinese))
        .contains("[English](" + chinese.getParent().relativize(english) + ")");
  }

  private static List<String> blocks(String page) {
    return BLOCK
        .matcher(ExampleProgram.read(page))
        .results()
        .filter(block -> !block.group(1).equals("text"))
        .map(MatchResult::group)
        .toList();
  }

  private static List<Section> sections(String page) {
    String blocks = BLOCK.matcher(ExampleProgram.read(page)).replaceAll("");
    String text = COMMENT.matcher(blocks).replaceAll("");
    return Stream.of(text.split("(?m)^(?=#+ )", -1)).map(Section::of).toList();
  }

  private static Set<String> found(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(match -> match.group(match.groupCount()))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
