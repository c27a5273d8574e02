package dev.orrery.scheduler.http.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.scheduler.http.rest.ApiContract.Operation;
import dev.orrery.scheduler.http.rest.BoundaryValues.Case;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checks that the code enforces the request bounds of the OpenAPI document: it accepts a value at a
 * bound, and refuses one just beyond it.
 */
@QuarkusTest
class BoundsTest {
  private static final Set<String> REFUSALS = Set.of("INVALID", "MALFORMED");

  /** No job and no app has a name that is not one. */
  private static final Set<String> REFUSALS_OF_NAMES =
      Set.of("INVALID", "JOB_NOT_FOUND", "APP_NOT_FOUND");

  private static final int MAX_QUOTE = 300;

  private TestApp app;
  private ApiContract contract;
  private final List<String> failures = new ArrayList<>();

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob(SampleValues.JOB).withJob(SampleValues.NODE_JOB);
    app.asOperator()
        .body("{\"url\":\"http://127.0.0.1:9/\"}")
        .put(app.path("/webhooks/" + SampleValues.JOB))
        .then()
        .statusCode(201);
    contract = new ApiContract(ContractFilter.document(Api.adminToken()));
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /api/v1/apps/{app}/jobs/{job}, ?dryRun=true",
    "PUT, /api/v1/apps/{app}/webhooks/{webhook}, ?dryRun=true",
    "POST, /api/v1/apps/{app}/jobs/{job}/instances, ''",
    "POST, /api/v1/apps/{app}/instances, ''",
    "POST, /api/v1/apps/{app}/jobs/{job}/pause, ''",
    "POST, /api/v1/apps/{app}/pause, ''",
    "POST, /api/v1/apps/{app}/tokens, ''",
    "PUT, /api/v1/apps/{app}, ''",
  })
  void enforcesDocumentedBoundsOfRequestBodies(String method, String path, String query) {
    JsonNode schema =
        contract
            .operationOf(method, path)
            .orElseThrow()
            .node()
            .at("/requestBody/content/application~1json/schema");

    List<Case> cases = BoundaryValues.of(contract, schema, "");
    for (Case bound : cases) {
      Response response =
          Api.asAdmin().body(body(bound, path)).request(method, filled(path) + query);
      check(bound, response);
    }

    assertThat(cases).extracting(Case::valid).contains(true, false);
    assertThat(failures).isEmpty();
  }

  @Test
  void enforcesDocumentedBoundsOfQueryParameters() {
    int checked = 0;
    for (Operation operation : contract.operations()) {
      if (!operation.method().equals("GET") || operation.path().contains("{id}")) {
        continue;
      }
      for (JsonNode parameter : operation.parameters()) {
        if (parameter.path("in").asText().equals("query")) {
          for (Case bound : BoundaryValues.ofParameter(contract, parameter)) {
            checkParameter(operation, parameter, bound);
            checked++;
          }
        }
      }
    }

    assertThat(failures).isEmpty();
    assertThat(checked).isGreaterThan(40);
  }

  private void checkParameter(Operation operation, JsonNode parameter, Case bound) {
    String name = parameter.path("name").asText();
    String query = "?" + name + "=" + encoded(bound.value().asText());
    if (operation.path().startsWith("/api/v1/cron/") && !name.equals("cron")) {
      query += "&cron=" + encoded("0 30 2 * * *");
    }
    RequestSpecification request = Api.asAdmin();
    check(
        new Case(operation + " " + name + bound.place(), bound.value(), bound.valid()),
        request.get(filled(operation.path()) + query));
  }

  private void check(Case bound, Response response) {
    String body = response.asString();
    Set<String> refusals =
        bound.place().matches(".*[ /](job|app):pattern") ? REFUSALS_OF_NAMES : REFUSALS;
    boolean expected =
        bound.valid()
            ? response.statusCode() / 100 == 2
            : refusals.contains(codeOf(response, body));
    if (!expected) {
      failures.add(
          "%s: %s is %s by the document; the response is %d %s"
              .formatted(
                  bound.place(),
                  quote(bound.value().toString()),
                  bound.valid() ? "valid" : "invalid",
                  response.statusCode(),
                  quote(body)));
    }
  }

  private static String codeOf(Response response, String body) {
    if (response.statusCode() < 400) {
      return "";
    }
    try {
      return new ObjectMapper().readTree(body).path("code").asText();
    } catch (JsonProcessingException e) {
      return "no JSON: " + body;
    }
  }

  /** The name in the body must be the one in the path. */
  private String body(Case bound, String path) {
    if (path.endsWith("{webhook}") && bound.value() instanceof ObjectNode webhook) {
      completeKey(webhook);
    }
    String body = bound.value().toString();
    return path.endsWith("{app}")
        ? body.replace("\"name\":\"" + SampleValues.JOB + "\"", "\"name\":\"" + app.name() + "\"")
        : body;
  }

  /** A key needs a format that has one, that of PagerDuty needs a key, and mail an address. */
  private static void completeKey(ObjectNode webhook) {
    if (webhook.has("secret") && !webhook.has("format")) {
      webhook.put("format", "dingtalk");
    }
    if (webhook.path("format").asText().equals("pagerduty") && !webhook.has("secret")) {
      webhook.put("secret", "x");
    }
    if (webhook.path("format").asText().equals("mail")) {
      webhook.put("url", "mailto:ops@example.org");
    }
  }

  private String filled(String path) {
    return path.replace("{app}", app.name())
        .replace("{job}", SampleValues.JOB)
        .replace("{webhook}", SampleValues.JOB);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String quote(String text) {
    return text.length() <= MAX_QUOTE ? text : text.substring(0, MAX_QUOTE) + "…";
  }
}
