package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.testing.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks that docs/quarkus.md shows examples/quarkus and the settings of the extension. */
class QuarkusPageTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final String EXAMPLE = "examples/quarkus/";
  private static final String RUNNING = "runtime";
  private static final String BUILDING = "deployment";

  @ParameterizedTest
  @CsvSource({
    "java, src/main/java/com/example/Invoices.java",
    "properties, src/main/resources/application.properties",
    "xml, pom.xml"
  })
  void showsFilesOfTheExample(String language, String file) {
    String path = EXAMPLE + file;

    assertThat(read("docs/quarkus.md"))
        .contains("<!-- file: %s -->\n```%s\n%s```\n".formatted(path, language, read(path)));
  }

  @Test
  void usesVersionsOfThisBuildInTheExample() {
    Pattern extension =
        Pattern.compile("<artifactId>quarkus-orrery</artifactId>\\s*<version>([^<]+)<");
    Pattern project = Pattern.compile("<artifactId>orrery</artifactId>\\s*<version>([^<]+)<");
    Pattern quarkus = Pattern.compile("<quarkus.version>([^<]+)<");

    assertThat(first(extension, EXAMPLE + "pom.xml")).isEqualTo(first(project, "pom.xml"));
    assertThat(first(quarkus, EXAMPLE + "pom.xml")).isEqualTo(first(quarkus, "pom.xml"));
  }

  @Test
  void listsEverySetting() throws IOException {
    Page page = new Page(ROOT, "quarkus.md");

    page.check("settings", table(RUNNING, "orrery.worker."));
    page.check("client-settings", table(RUNNING, "orrery.client."));
    page.check("build-settings", table(BUILDING, "quarkus.orrery."));
  }

  @Test
  void usesSameSettingNamesAsSpringBoot() throws IOException {
    JsonNode boot =
        json("sdk/spring-common/target/classes/META-INF/spring-configuration-metadata.json");

    List<String> ofBoot =
        boot.get("properties").findValuesAsText("name").stream()
            .filter(name -> !name.equals("orrery.worker.named"))
            .map(name -> name.replace("ssl-bundle", "tls-configuration-name")) // As Quarkus says.
            .toList();
    assertThat(names(settings(RUNNING))).containsExactlyInAnyOrderElementsOf(ofBoot);
  }

  private static String table(String module, String prefix) throws IOException {
    JsonNode texts = json(documentation(module, "quarkus-config-javadoc.json")).get("elements");
    StringBuilder table =
        new StringBuilder("| `%s` | default | meaning |\n|---|---|---|\n".formatted(prefix));
    for (JsonNode setting : settings(module)) {
      if (!name(setting).startsWith(prefix)) {
        continue;
      }
      String value = setting.path("defaultValue").asText().replaceAll("(?<=\\d)S$", "s");
      String key =
          setting.get("sourceType").asText() + "." + setting.get("sourceElementName").asText();
      table.append(
          "| `%s` | %s | %s |\n"
              .formatted(
                  name(setting).substring(prefix.length()),
                  value.isEmpty() ? "" : "`" + value + "`",
                  texts.get(key).get("description").asText().replaceAll("\\s+", " ")));
    }
    return table.toString();
  }

  /** Without those of named workers, which are the same. */
  private static List<JsonNode> settings(String module) throws IOException {
    List<JsonNode> settings = new ArrayList<>();
    for (JsonNode root :
        json(documentation(module, "quarkus-config-model.json")).get("configRoots")) {
      root.get("items").forEach(settings::add);
    }
    settings.removeIf(setting -> name(setting).contains(".named."));
    return settings;
  }

  private static List<String> names(List<JsonNode> settings) {
    return settings.stream().map(QuarkusPageTest::name).toList();
  }

  private static String name(JsonNode setting) {
    return setting.get("path").get("property").asText();
  }

  /** What Quarkus writes of the settings when the extension is built. */
  private static String documentation(String module, String file) {
    return "sdk/quarkus/" + module + "/target/classes/META-INF/quarkus-config-doc/" + file;
  }

  private static JsonNode json(String file) throws IOException {
    return new ObjectMapper().readTree(ROOT.resolve(file).toFile());
  }

  private static String first(Pattern pattern, String file) {
    Matcher found = pattern.matcher(read(file));
    assertThat(found.find()).as(file).isTrue();
    return found.group(1);
  }

  private static String read(String file) {
    return TextFile.read(ROOT.resolve(file));
  }
}
