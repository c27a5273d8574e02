package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that the code of docs/moving.md compiles, and that each section says how to switch. */
class MovingPageTest {
  private static final String PAGE = "docs/moving.md";
  private static final Pattern JAVA = Pattern.compile("(?ms)^```java\n(class (\\w+) .*?)^```");
  private static final Pattern SECTION = Pattern.compile("(?ms)^## From (.*?)(?=^## |\\z)");

  @Test
  void compilesEveryClass(@TempDir Path directory) throws IOException {
    List<MatchResult> classes = JAVA.matcher(ExampleProgram.read(PAGE)).results().toList();
    assertThat(classes).hasSizeGreaterThan(3);

    for (MatchResult found : classes) {
      Path source = directory.resolve(found.group(2) + ".java");
      Files.writeString(
          source,
          "import dev.orrery.client.*;\nimport dev.orrery.worker.annotation.*;\n"
              + "import java.time.*;\nimport java.util.*;\n\n"
              + found.group(1));

      assertThat(ExampleProgram.compile(directory, source.toString())).as(found.group(2)).isTrue();
    }
  }

  @Test
  void saysInEverySectionHowToSwitchTheOldSchedulerOff() {
    assertThat(SECTION.matcher(ExampleProgram.read(PAGE)).results().map(MatchResult::group))
        .hasSizeGreaterThan(5)
        .allMatch(section -> section.contains("| off | ") || section.contains("*Off*"));
  }
}
