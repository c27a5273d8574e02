package dev.orrery.scheduler.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The tables of docs/metrics.md are what a scrape says of itself. With {@code
 * -Dorrery.docs.write=true} they are written instead.
 */
public final class MetricsPage {
  private static final Path FILE = Path.of("..", "..", "docs", "metrics.md");

  private MetricsPage() {}

  public static void check(String part, Scrape scrape) {
    StringBuilder table =
        new StringBuilder("| meter | type | labels | meaning |\n|---|---|---|---|\n");
    scrape
        .families()
        .forEach(
            (name, family) ->
                table.append(
                    "| `%s` | %s | %s | %s |\n"
                        .formatted(
                            name,
                            family.type(),
                            family.labels().isEmpty() ? "–" : String.join(", ", family.labels()),
                            family.help())));
    String begin = "<!-- generated: " + part + " -->\n";
    String end = "<!-- end: " + part + " -->";
    try {
      String text = Files.readString(FILE);
      int from = text.indexOf(begin) + begin.length();
      int to = text.indexOf(end);
      assertThat(to).as("the part " + part + " of " + FILE).isGreaterThanOrEqualTo(from);
      if (Boolean.getBoolean("orrery.docs.write")) {
        Files.writeString(FILE, text.substring(0, from) + table + text.substring(to));
      } else {
        assertThat(text.substring(from, to)).isEqualTo(table.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
