package dev.orrery.scheduler.http.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Checks that the served document equals docs/openapi.yaml, and breaks no client of the last
 * release without notice. With {@code -Dorrery.docs.write=true} docs/openapi.yaml is written
 * instead, and with {@code -Dorrery.openapi.release=true} the document of the release.
 */
@QuarkusTest
class PublishedDocumentTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Path PUBLISHED = Path.of("..", "..", "docs", "openapi.yaml");
  private static final Path RELEASED =
      Path.of("src", "test", "resources", "openapi", "released.yaml");
  private static final Path CHANGELOG = Path.of("..", "..", "CHANGELOG.md");
  private static final Pattern UNRELEASED =
      Pattern.compile("^## Unreleased$(.*?)(?=^## |\\z)", Pattern.MULTILINE | Pattern.DOTALL);

  /** An entry with all of its lines. */
  private static final Pattern BREAKING_ENTRY =
      Pattern.compile("^- \\*\\*Breaking:\\*\\*.*(?:\\n  .*)*", Pattern.MULTILINE);

  private static final Pattern CODE = Pattern.compile("`(\\w+)`");

  @Test
  void generatesSameOpenApiDocumentAsInDocs() throws IOException {
    String generated = get("/q/generated-openapi", "application/yaml");
    if (Boolean.getBoolean("orrery.docs.write")) {
      Files.writeString(PUBLISHED, generated);
      return;
    }

    List<String> difference =
        DocumentDifference.between(YAML.readTree(PUBLISHED.toFile()), YAML.readTree(generated));
    assertThat(String.join("\n", difference))
        .as("Bring docs/openapi.yaml up to date: run this test with -Dorrery.docs.write=true")
        .isEmpty();
  }

  @Test
  void servesPublishedOpenApiDocumentAsYamlAndJson() throws IOException {
    assertThat(served()).isEqualTo(Files.readString(PUBLISHED));
    JsonNode json = new ObjectMapper().readTree(get("/q/openapi", "application/json"));
    assertThat(json).isEqualTo(YAML.readTree(PUBLISHED.toFile()));
    assertThat(new ObjectMapper().readTree(get("/q/openapi?format=json", "*/*"))).isEqualTo(json);
  }

  @Test
  void servesOpenApiDocumentToAnyRoleButOnlyWithToken() {
    Api.withoutToken().get("/q/openapi").then().statusCode(401);
    Api.as(TestApp.create().token(TokenRole.VIEWER)).get("/q/openapi").then().statusCode(200);
  }

  @Test
  void announcesBreakingApiChangesInChangelog() throws IOException {
    String served = served();
    if (Boolean.getBoolean("orrery.openapi.release")) {
      Files.createDirectories(RELEASED.getParent());
      Files.writeString(RELEASED, served);
      return;
    }
    Set<String> announced = announcedIn(Files.readString(CHANGELOG));
    JsonNode released = YAML.readTree(RELEASED.toFile());

    assertThat(BreakingChanges.between(released, YAML.readTree(served)))
        .as(
            "Changes that break clients of the last release and that no entry of CHANGELOG.md"
                + " announces, such as '- **Breaking:** `putJob` …'")
        .filteredOn(change -> !announced.contains(change.operation()))
        .isEmpty();
  }

  @Test
  void extractsOperationNamesFromBreakingChangelogEntries() {
    assertThat(
            announcedIn(
                """
                ## Unreleased

                - `listJobs` is faster.
                - **Breaking:** `putJob` takes
                  no more `zone`, and `getJob` has none.
                - `listApps`

                ## 0.1.0

                - **Breaking:** `deleteJob` needs a token.
                """))
        .containsExactlyInAnyOrder("putJob", "zone", "getJob");
  }

  private static Set<String> announcedIn(String changelog) {
    Matcher unreleased = UNRELEASED.matcher(changelog);
    assertThat(unreleased.find()).as("CHANGELOG.md has the part Unreleased").isTrue();
    Set<String> names = new HashSet<>();
    Matcher entries = BREAKING_ENTRY.matcher(unreleased.group(1));
    while (entries.find()) {
      CODE.matcher(entries.group()).results().map(code -> code.group(1)).forEach(names::add);
    }
    return names;
  }

  private static String served() {
    return get("/q/openapi", "application/yaml");
  }

  private static String get(String path, String type) {
    return Api.asAdmin().accept(type).get(path).then().statusCode(200).extract().asString();
  }
}
