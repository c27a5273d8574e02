package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.testing.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that docs/spring-boot.md shows examples/spring-boot and the settings of the starter. */
class SpringBootPageTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final String EXAMPLE = "examples/spring-boot/";

  /** What Boot and IDEs read. */
  private static final Path METADATA =
      ROOT.resolve("sdk/spring-common/target/classes/META-INF/spring-configuration-metadata.json");

  @ParameterizedTest
  @CsvSource({
    "java, src/main/java/com/example/BillingApplication.java",
    "properties, src/main/resources/application.properties",
    "xml, pom.xml"
  })
  void showsFilesOfTheExample(String language, String file) {
    String path = EXAMPLE + file;

    assertThat(read("docs/spring-boot.md"))
        .contains("<!-- file: %s -->\n```%s\n%s```\n".formatted(path, language, read(path)));
  }

  @ParameterizedTest
  @CsvSource({
    "xml, pom.xml",
    "java, src/main/java/com/example/BillingApplication.java",
    "properties, src/main/resources/application.properties",
    "java, src/test/java/com/example/BillingApplicationTest.java"
  })
  void showsFilesOfTheExampleForAnEmptyFolder(String language, String file) {
    assertThat(read("docs/first-worker.md"))
        .contains(
            "`%s`".formatted(file),
            "<!-- file: %s -->\n```%s\n%s```\n".formatted(file, language, read(EXAMPLE + file)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"BillingApplicationTest", "BillingSchedulerTest"})
  void showsTestsOfTheExample(String test) {
    ExampleProgram.requireShown(
        "docs/testing-jobs.md", EXAMPLE + "src/test/java/com/example/" + test + ".java", "java");
  }

  @Test
  void usesVersionOfThisBuildInTheExample() {
    assertThat(version(EXAMPLE + "pom.xml", "orrery-worker-test"))
        .isEqualTo(version("pom.xml", "orrery"));
    assertThat(version(EXAMPLE + "pom.xml", "orrery-spring-boot-starter"))
        .isEqualTo(version("pom.xml", "orrery"));
  }

  @Test
  void listsEverySetting() throws IOException {
    Page page = new Page(ROOT, "spring-boot.md");

    page.check("settings", table("orrery.worker."));
    page.check("client-settings", table("orrery.client."));
  }

  private static String table(String prefix) throws IOException {
    JsonNode properties = new ObjectMapper().readTree(METADATA.toFile()).get("properties");
    return "| `"
        + prefix
        + "` | default | meaning |\n|---|---|---|\n"
        + StreamSupport.stream(properties.spliterator(), false)
            .filter(property -> property.get("name").asText().startsWith(prefix))
            .map(property -> row(prefix, property))
            .collect(Collectors.joining());
  }

  private static String row(String prefix, JsonNode property) {
    String value = property.path("defaultValue").asText();
    return "| `%s` | %s | %s |\n"
        .formatted(
            property.get("name").asText().substring(prefix.length()),
            value.isEmpty() ? "" : "`" + value + "`",
            property.get("description").asText());
  }

  private static String version(String pom, String artifact) {
    Matcher version =
        Pattern.compile("<artifactId>" + artifact + "</artifactId>\\s*<version>([^<]+)<")
            .matcher(read(pom));
    assertThat(version.find()).as(pom).isTrue();
    return version.group(1);
  }

  private static String read(String file) {
    return TextFile.read(ROOT.resolve(file));
  }
}
