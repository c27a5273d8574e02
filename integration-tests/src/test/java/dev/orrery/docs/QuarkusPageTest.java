package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks that docs/quarkus.md shows the files of examples/quarkus, and every setting. */
class QuarkusPageTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final String EXAMPLE = "examples/quarkus/";
  private static final String EXTENSION = "starters/quarkus/";
  private static final Pattern METHOD = Pattern.compile("(?m)^ {2}[\\w<>]+ (\\w+)\\(\\);");
  private static final Pattern COMPONENT =
      Pattern.compile("(?m)^ {4}(?:@DefaultValue\\S+ )?[\\w<>]+ (\\w+)[,)]");

  @Test
  void showsFilesOfTheExample() throws IOException {
    String page = read("docs/quarkus.md");

    assertThat(page)
        .contains(block(EXAMPLE + "src/main/java/com/example/Invoices.java", "java"))
        .contains(block(EXAMPLE + "src/main/resources/application.properties", "properties"))
        .contains(block(EXAMPLE + "pom.xml", "xml"));
  }

  @Test
  void usesVersionsOfThisBuildInTheExample() throws IOException {
    String build = read("pom.xml");

    assertThat(read(EXAMPLE + "pom.xml"))
        .contains(matching(build, "<quarkus.version>[^<]+</quarkus.version>"))
        .contains(
            "<artifactId>quarkus-orrery</artifactId>\n      "
                + matching(build, "<version>[^<]+</version>"));
  }

  @Test
  void hasEverySetting() throws IOException {
    assertThat(settings())
        .hasSizeGreaterThan(15)
        .allSatisfy(name -> assertThat(read("docs/quarkus.md")).contains("`" + name + "`"));
  }

  @Test
  void namesSettingsAsSpringBootDoes() throws IOException {
    String record =
        read(
            "starters/spring-common/src/main/java/dev/orrery/worker/spring/"
                + "OrreryWorkerProperties.java");

    assertThat(names(COMPONENT, record)).containsExactlyInAnyOrderElementsOf(settings());
  }

  private static List<String> settings() throws IOException {
    return names(
        METHOD,
        read(
            EXTENSION + "runtime/src/main/java/dev/orrery/worker/quarkus/OrreryWorkerConfig.java"));
  }

  private static List<String> names(Pattern pattern, String source) {
    return pattern
        .matcher(source)
        .results()
        .map(found -> found.group(1).replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
        .toList();
  }

  private static String matching(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().findFirst().orElseThrow().group();
  }

  private static String block(String file, String language) throws IOException {
    return "<!-- file: " + file + " -->\n```" + language + "\n" + read(file) + "```\n";
  }

  private static String read(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }
}
