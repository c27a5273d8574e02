package dev.orrery.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.scheduler.testkit.Api;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class OpenApiTest {
  private static final Pattern PATH_PARAMETER = Pattern.compile("\\{(\\w+)}");

  private JsonNode document;

  @BeforeEach
  void read() {
    document =
        Api.asAdmin()
            .accept(ContentType.JSON)
            .get("/q/openapi")
            .then()
            .statusCode(200)
            .extract()
            .as(JsonNode.class);
  }

  @Test
  void documentSaysWhatItIs() {
    assertThat(document.path("openapi").asText()).startsWith("3.");
    assertThat(document.at("/info/title").asText()).isEqualTo("Orrery");
    assertThat(document.at("/info/version").asText()).isEqualTo("v1");
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    List<String> dangling = new ArrayList<>();
    document
        .findValuesAsText("$ref")
        .forEach(
            reference -> {
              if (document.at(reference.substring(1)).isMissingNode()) {
                dangling.add(reference);
              }
            });

    assertThat(dangling).isEmpty();
  }

  @Test
  void everyOperationHasSummaryAndAnswersAndNameOfItsOwn() {
    Set<String> ids = new HashSet<>();
    forEachOperation(
        (name, operation) -> {
          assertThat(operation.path("summary").asText()).as(name).isNotBlank();
          assertThat(operation.path("tags")).as(name).isNotEmpty();
          assertThat(operation.path("responses")).as(name).isNotEmpty();
          if (operation.has("operationId")) {
            assertThat(ids.add(operation.get("operationId").asText())).as(name).isTrue();
          }
        });
  }

  @Test
  void everyOperationNeedsTheBearerTokenThatTheDocumentDescribes() {
    JsonNode schemes = document.at("/components/securitySchemes");
    assertThat(schemes.at("/token/type").asText()).isEqualTo("http");
    assertThat(schemes.at("/token/scheme").asText()).isEqualTo("bearer");
    forEachOperation(
        (name, operation) -> {
          assertThat(operation.path("security")).as(name).isNotEmpty();
          operation
              .path("security")
              .forEach(
                  requirement ->
                      requirement
                          .fieldNames()
                          .forEachRemaining(scheme -> assertThat(schemes.has(scheme)).isTrue()));
        });
  }

  @Test
  void everySuccessThatCarriesBodySaysOfWhatForm() {
    Set<String> withoutBody =
        Set.of(
            "delete /api/v1/apps/{app}",
            "delete /api/v1/apps/{app}/jobs/{job}",
            "delete /api/v1/apps/{app}/tokens/{id}",
            "delete /api/v1/apps/{app}/webhooks/{webhook}",
            "post /api/v1/instances/{id}/cancel");
    forEachOperation(
        (name, operation) ->
            operation
                .path("responses")
                .properties()
                .forEach(
                    response -> {
                      if (response.getKey().startsWith("2")) {
                        assertThat(response.getValue().has("content"))
                            .as(name + " " + response.getKey())
                            .isEqualTo(!withoutBody.contains(name));
                      }
                    }));
  }

  @Test
  void creationsAreDocumentedAsSuch() {
    assertThat(document.at("/paths/~1api~1v1~1apps~1{app}~1tokens/post/responses").properties())
        .extracting(Map.Entry::getKey)
        .contains("201")
        .doesNotContain("200");
    assertThat(document.at("/paths/~1api~1v1~1apps~1{app}~1jobs~1{job}/put/responses").properties())
        .extracting(Map.Entry::getKey)
        .contains("200", "201");
  }

  @Test
  void everyParameterOfEveryPathIsDescribed() {
    forEachOperation(
        (name, operation) -> {
          for (Matcher part = PATH_PARAMETER.matcher(name); part.find(); ) {
            assertThat(operation.findValuesAsText("name")).as(name).contains(part.group(1));
          }
        });
  }

  @Test
  void everyBodyHasExample() {
    forEachOperation(
        (name, operation) -> {
          JsonNode content = operation.at("/requestBody/content/application~1json");
          if (!content.isMissingNode()) {
            assertThat(
                    content.has("example")
                        || schemaOf(content).has("examples")
                        || schemaOf(content).has("example"))
                .as(name + " " + content)
                .isTrue();
          }
        });
  }

  @Test
  void dryRunIsDocumentedOnce() {
    JsonNode put = document.at("/paths/~1api~1v1~1apps~1{app}~1jobs~1{job}/put/parameters");

    assertThat(put.findValuesAsText("name")).containsOnlyOnce("dryRun").doesNotContain("context");
  }

  private JsonNode schemaOf(JsonNode content) {
    JsonNode schema = content.path("schema");
    return schema.has("$ref") ? document.at(schema.get("$ref").asText().substring(1)) : schema;
  }

  private void forEachOperation(BiConsumer<String, JsonNode> check) {
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        check.accept(operation.getKey() + " " + path.getKey(), operation.getValue());
      }
    }
  }
}
