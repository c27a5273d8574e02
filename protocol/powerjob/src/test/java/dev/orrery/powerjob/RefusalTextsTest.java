package dev.orrery.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Checks that docs/powerjob.md lists the refusals. With {@code -Dorrery.docs.write=true} it writes
 * them instead.
 */
class RefusalTextsTest {
  private static final Path PAGE = Path.of("..", "..", "docs", "powerjob.md");
  private static final String BEGIN = "<!-- generated: refusals -->\n";
  private static final String END = "<!-- end: refusals -->";

  @Test
  void documentsAllRefusals() throws IOException {
    String expected =
        RefusalTexts.all().stream()
            .map(text -> "| `" + text + "` |\n")
            .collect(Collectors.joining("", "| words |\n|---|\n", ""));
    String page = Files.readString(PAGE);
    int from = page.indexOf(BEGIN) + BEGIN.length();
    int to = page.indexOf(END);

    if (Boolean.getBoolean("orrery.docs.write")) {
      Files.writeString(PAGE, page.substring(0, from) + expected + page.substring(to));
      return;
    }
    assertThat(page.substring(from, to))
        .as("Bring docs/powerjob.md up to date: run this test with -Dorrery.docs.write=true")
        .isEqualTo(expected);
  }
}
