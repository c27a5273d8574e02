package dev.orrery.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
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

  /** The descriptions that the scanner gives to responses without one. */
  private static final Set<String> SAY_NOTHING =
      Set.of("", "OK", "Created", "Accepted", "No Content");

  /** Requests of which every property has a default, or is kept as it is. */
  private static final Set<String> WITHOUT_REQUIRED =
      Set.of(
          "Alerts",
          "App",
          "InstanceFilter",
          "PauseRequest",
          "PowerJobApp",
          "Retry",
          "RetryRequest",
          "Run",
          "SignInRequest",
          "Trigger");

  private ObjectNode document;

  @BeforeEach
  void read() {
    document =
        Api.asAdmin()
            .accept(ContentType.JSON)
            .get("/q/openapi")
            .then()
            .statusCode(200)
            .extract()
            .as(ObjectNode.class);
  }

  @Test
  void statesOpenApiVersionTitleAndApiVersion() {
    assertThat(document.path("openapi").asText()).startsWith("3.");
    assertThat(document.at("/info/title").asText()).isEqualTo("Orrery");
    assertThat(document.at("/info/version").asText()).isEqualTo("v1");
  }

  @Test
  void describesEverySchemaAndProperty() {
    List<String> silent = new ArrayList<>();
    document
        .at("/components/schemas")
        .properties()
        .forEach(
            schema -> {
              requireDescription(schema.getKey(), schema.getValue(), silent);
              collectSilentProperties(schema.getKey(), schema.getValue(), silent);
            });

    assertThat(silent).isEmpty();
  }

  private static void collectSilentProperties(String name, JsonNode node, List<String> silent) {
    node.path("properties")
        .properties()
        .forEach(
            property ->
                requireDescription(name + "." + property.getKey(), property.getValue(), silent));
    node.properties()
        .forEach(
            part -> {
              if (part.getValue().isContainerNode() && !part.getKey().equals("examples")) {
                collectSilentProperties(name + "." + part.getKey(), part.getValue(), silent);
              }
            });
  }

  private static void requireDescription(String name, JsonNode node, List<String> silent) {
    if (node.path("description").asText().isBlank()) {
      silent.add(name);
    }
  }

  @Test
  void statesRequiredPropertiesOfEveryObject() {
    List<String> without = new ArrayList<>();
    document
        .at("/components/schemas")
        .properties()
        .forEach(
            schema -> {
              if (schema.getValue().has("properties") && !schema.getValue().has("required")) {
                without.add(schema.getKey());
              }
            });

    assertThat(without).containsExactlyInAnyOrderElementsOf(WITHOUT_REQUIRED);
  }

  @Test
  void describesEveryParameterHeaderAndResponse() {
    List<String> silent = new ArrayList<>();
    forEachOperation(
        (name, operation) -> {
          for (JsonNode parameter : operation.path("parameters")) {
            requireDescription(name + " " + parameter.path("name").asText(), parameter, silent);
            assertThat(parameter.path("schema")).as(name + " " + parameter).isNotEmpty();
          }
          operation
              .path("responses")
              .properties()
              .forEach(
                  response -> {
                    String place = name + " " + response.getKey();
                    JsonNode resolved = resolve(response.getValue());
                    assertThat(resolved.path("description").asText())
                        .as(place)
                        .isNotIn(SAY_NOTHING);
                    resolved
                        .path("headers")
                        .properties()
                        .forEach(
                            header ->
                                requireDescription(
                                    place + " " + header.getKey(),
                                    resolve(header.getValue()),
                                    silent));
                  });
          JsonNode body = operation.path("requestBody");
          if (!body.isMissingNode()) {
            requireDescription(name + " body", body, silent);
          }
        });

    assertThat(silent).isEmpty();
  }

  @Test
  void documentsIdempotencyKeyOfAllCallsThatMakeRuns() {
    List<String> keyed = new ArrayList<>();
    forEachOperation(
        (name, operation) ->
            operation
                .path("parameters")
                .forEach(
                    parameter -> {
                      if (parameter.path("name").asText().equals("Idempotency-Key")) {
                        keyed.add(operation.path("operationId").asText());
                      }
                    }));

    assertThat(keyed)
        .containsExactlyInAnyOrder(
            "runJob", "runJobs", "retryInstance", "retryInstances", "startBackfill");
  }

  @Test
  void documentsLocationAndETagHeaders() {
    List<String> locations = new ArrayList<>();
    List<String> tags = new ArrayList<>();
    forEachOperation(
        (name, operation) -> {
          String id = operation.path("operationId").asText();
          operation
              .path("responses")
              .properties()
              .forEach(
                  response -> {
                    JsonNode headers = response.getValue().path("headers");
                    if (headers.has("Location")) {
                      locations.add(id + " " + response.getKey());
                    }
                    if (headers.has("ETag")) {
                      tags.add(id + " " + response.getKey());
                    }
                  });
        });

    assertThat(locations)
        .containsExactlyInAnyOrder(
            "putApp 201",
            "createToken 201",
            "putJob 201",
            "putWebhook 201",
            "runJob 202",
            "retryInstance 202",
            "startBackfill 202");
    assertThat(tags)
        .containsExactlyInAnyOrder(
            "getJob 200",
            "getPowerJobNumbers 200",
            "putJob 200",
            "putJob 201",
            "getWebhook 200",
            "putWebhook 200",
            "putWebhook 201");
  }

  @Test
  void containsOnlyExamplesThatConformToTheirSchema() {
    List<JsonNode> conforming = new ArrayList<>();
    document
        .at("/components/schemas")
        .properties()
        .forEach(
            schema -> {
              ObjectNode reference = document.objectNode();
              reference.put("$ref", "#/components/schemas/" + schema.getKey());
              for (JsonNode example : schema.getValue().path("examples")) {
                assertThat(mistakes(reference, example)).as(schema.getKey()).isEmpty();
                conforming.add(example);
              }
            });
    forEachOperation(
        (name, operation) -> {
          JsonNode content = operation.at("/requestBody/content/application~1json");
          if (content.has("example")) {
            assertThat(mistakes(content.get("schema"), content.get("example"))).as(name).isEmpty();
            conforming.add(content.get("example"));
          }
        });

    assertThat(conforming).hasSizeGreaterThan(10);
  }

  @Test
  void detectsExampleThatViolatesItsSchema() {
    ObjectNode reference = document.objectNode().put("$ref", "#/components/schemas/Progress");
    ObjectNode progress = document.objectNode();
    progress.put("percent", 101).putNull("message").put("at", "2027-03-28T01:02:10Z");

    assertThat(mistakes(reference, progress)).singleElement().asString().contains("percent");
  }

  /** The violations of a schema of the document by a value. */
  private List<Error> mistakes(JsonNode schema, JsonNode value) {
    ObjectNode root = schema.deepCopy();
    root.set("components", document.get("components"));
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(root)
        .validate(value);
  }

  private JsonNode resolve(JsonNode node) {
    return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
  }

  @Test
  void resolvesEveryReference() {
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
  void containsSummaryResponsesAndUniqueIdForEveryOperation() {
    Set<String> ids = new HashSet<>();
    forEachOperation(
        (name, operation) -> {
          assertThat(operation.path("summary").asText()).as(name).matches("[A-Z][a-z]+s\\b.*[^.]");
          assertThat(operation.path("tags")).as(name).isNotEmpty();
          assertThat(operation.path("responses")).as(name).isNotEmpty();
          String id = operation.path("operationId").asText();
          assertThat(id).as(name).matches("[a-z][A-Za-z]+");
          assertThat(ids.add(id)).as("operationId " + id + " is unique").isTrue();
        });
  }

  @Test
  void requiresBearerTokenForEveryOperationExceptSignIn() {
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
          assertThat(operation.at("/security/0/token").isMissingNode())
              .as(name)
              .isEqualTo(name.equals("post /api/v1/session"));
        });
  }

  @Test
  void documentsContentOfEverySuccessResponseWithBody() {
    Set<String> withoutBody =
        Set.of(
            "delete /api/v1/apps/{app}",
            "delete /api/v1/apps/{app}/jobs/{job}",
            "delete /api/v1/apps/{app}/powerjob",
            "delete /api/v1/apps/{app}/tokens/{id}",
            "delete /api/v1/apps/{app}/webhooks/{webhook}",
            "delete /api/v1/session",
            "put /api/v1/apps/{app}/powerjob/numbers");
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
  void documents201ForCreatingOperations() {
    assertThat(document.at("/paths/~1api~1v1~1apps~1{app}~1tokens/post/responses").properties())
        .extracting(Map.Entry::getKey)
        .contains("201")
        .doesNotContain("200");
    assertThat(document.at("/paths/~1api~1v1~1apps~1{app}~1jobs~1{job}/put/responses").properties())
        .extracting(Map.Entry::getKey)
        .contains("200", "201");
  }

  @Test
  void describesEveryPathParameter() {
    forEachOperation(
        (name, operation) -> {
          for (Matcher part = PATH_PARAMETER.matcher(name); part.find(); ) {
            assertThat(operation.findValuesAsText("name")).as(name).contains(part.group(1));
          }
        });
  }

  @Test
  void containsExampleForEveryRequestBody() {
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

  /** Generators drop the null of a reference to a scalar: 1970 for "never". */
  @Test
  void describesNullableScalarsInline() {
    List<String> nullable = new ArrayList<>();
    List<String> references = new ArrayList<>();
    for (Map.Entry<String, JsonNode> schema : document.at("/components/schemas").properties()) {
      for (Map.Entry<String, JsonNode> property :
          schema.getValue().path("properties").properties()) {
        String name = schema.getKey() + "." + property.getKey();
        JsonNode value = property.getValue();
        if (value.has("format") && value.path("type").isArray()) {
          nullable.add(name + " " + value.get("type") + " " + value.get("format").asText());
        }
        for (JsonNode choice : value.path("anyOf")) {
          JsonNode referenced = resolve(choice);
          if (choice.has("$ref")
              && !referenced.has("enum")
              && !referenced.path("type").asText().equals("object")) {
            references.add(name);
          }
        }
      }
    }

    assertThat(references).isEmpty();
    assertThat(nullable)
        .contains(
            "Token.expiresAt [\"string\",\"null\"] date-time",
            "Instance.endedAt [\"string\",\"null\"] date-time",
            "Replica.lastSeenAt [\"string\",\"null\"] date-time",
            "StorageTable.oldestDay [\"string\",\"null\"] date");
    assertThat(document.at("/components/schemas/StorageTransactions/properties/oldest/type"))
        .hasToString("[\"string\",\"null\"]");
  }

  @Test
  void keepsNameOfRequestBodyDistinctFromParameters() {
    List<String> named = new ArrayList<>();
    forEachOperation(
        (name, operation) -> {
          String reference =
              operation.at("/requestBody/content/application~1json/schema/$ref").asText();
          String body =
              operation
                  .path("x-codegen-request-body-name")
                  .asText(reference.substring(reference.lastIndexOf('/') + 1));
          if (operation.has("x-codegen-request-body-name")) {
            named.add(operation.path("operationId").asText() + " " + body);
          }
          assertThat(operation.path("parameters").findValuesAsText("name"))
              .as(name)
              .noneMatch(body::equalsIgnoreCase);
        });

    assertThat(named)
        .containsExactlyInAnyOrder("putApp document", "putJob document", "putWebhook document");
  }

  @Test
  void documentsDryRunParameterOnce() {
    JsonNode put = document.at("/paths/~1api~1v1~1apps~1{app}~1jobs~1{job}/put/parameters");

    assertThat(put.findValuesAsText("name")).containsOnlyOnce("dryRun").doesNotContain("context");
  }

  private JsonNode schemaOf(JsonNode content) {
    return resolve(content.path("schema"));
  }

  private void forEachOperation(BiConsumer<String, JsonNode> check) {
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        check.accept(operation.getKey() + " " + path.getKey(), operation.getValue());
      }
    }
  }
}
