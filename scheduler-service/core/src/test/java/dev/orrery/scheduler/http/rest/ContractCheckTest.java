package dev.orrery.scheduler.http.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.http.rest.Exchange.Message;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Differences that the check reports between calls of an operation and its documentation. */
class ContractCheckTest {
  private static final String DOCUMENT =
      """
      {"paths": {"/things/{name}": {"put": {
        "operationId": "putThing",
        "parameters": [
          {"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 500}},
          {"in": "header", "name": "If-Match", "schema": {"type": "string"}}],
        "requestBody": {"required": true, "content": {"application/json": {
          "schema": {"$ref": "#/components/schemas/Thing"}}}},
        "responses": {
          "200": {
            "headers": {"ETag": {"required": true, "schema": {"type": "string"}}},
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
          "404": {"$ref": "#/components/responses/NotFound"}}}}},
      "components": {
        "responses": {"NotFound": {
          "x-error-codes": ["NOT_FOUND"],
          "content": {"application/problem+json": {"schema": {
            "type": "object", "properties": {"code": {"type": "string"}}}}}}},
        "schemas": {"Thing": {
          "type": "object",
          "required": ["state"],
          "properties": {
            "state": {"enum": ["ON", "OFF"]},
            "at": {"type": "string", "format": "date-time"}}}}}}
      """;

  private static final String OPERATION = "PUT /things/{name} (putThing)";

  private ApiContract contract;
  private final Map<String, List<String>> query = new HashMap<>();
  private String mediaType = "application/json";
  private String request = "{\"state\":\"ON\"}";
  private Map<String, String> headers = Map.of("etag", "\"1\"");

  @BeforeEach
  void readDocument() throws JsonProcessingException {
    contract = new ApiContract(new ObjectMapper().readTree(DOCUMENT));
  }

  private List<String> violations(int status, String response) {
    Map<String, String> responseHeaders = new HashMap<>(headers);
    responseHeaders.put("content-type", mediaType + ";charset=UTF-8");
    return ContractCheck.violations(
        contract,
        new Exchange(
            "PUT",
            "/things/a",
            query,
            new Message(Map.of("content-type", "application/json"), request),
            status,
            new Message(responseHeaders, response)));
  }

  @Test
  void reportsNoViolationForDocumentedCall() {
    query.put("limit", List.of("500"));

    assertThat(violations(200, "{\"state\":\"OFF\",\"at\":\"2027-01-01T00:00:00Z\"}")).isEmpty();
  }

  @Test
  void ignoresCallOfUnknownOperation() {
    Message empty = new Message(Map.of(), "");

    assertThat(
            ContractCheck.violations(
                contract, new Exchange("PUT", "/others/a", Map.of(), empty, 500, empty)))
        .isEmpty();
  }

  @Test
  void reportsUndocumentedFieldWithLocation() {
    assertThat(violations(200, "{\"state\":\"ON\",\"size\":1}"))
        .singleElement()
        .asString()
        .startsWith(OPERATION + ", 200, response body: at '': property 'size'")
        .contains("#/components/schemas/Thing/additionalProperties");
  }

  @Test
  void reportsValuesViolatingSchema() {
    assertThat(violations(200, "{\"state\":\"SO-SO\",\"at\":\"noon\"}"))
        .hasSize(2)
        .anySatisfy(line -> assertThat(line).contains("at '/state'", "[\"ON\",\"OFF\"]"))
        .anySatisfy(line -> assertThat(line).contains("at '/at'", "date-time"));
  }

  @Test
  void reportsMissingRequiredField() {
    assertThat(violations(200, "{}")).singleElement().asString().contains("required", "'state'");
  }

  @Test
  void reportsUndocumentedStatus() {
    assertThat(violations(409, "{}"))
        .containsExactly(
            OPERATION + ", 409, status: the document has only [200, 404]; the body is {}");
  }

  @Test
  void reportsUndocumentedErrorCode() {
    mediaType = "application/problem+json";
    headers = Map.of();

    assertThat(violations(404, "{\"code\":\"NOT_FOUND\"}")).isEmpty();
    assertThat(violations(404, "{\"code\":\"GONE\"}"))
        .singleElement()
        .asString()
        .startsWith(OPERATION + ", 404, error code: \"GONE\" is not one of [\"NOT_FOUND\"]");
  }

  @Test
  void reportsUndocumentedMediaType() {
    mediaType = "text/plain";

    assertThat(violations(200, "text"))
        .containsExactly(
            OPERATION
                + ", 200, response content type: 'text/plain' is not one of [application/json]");
  }

  @Test
  void reportsMissingAndUndocumentedResponseHeaders() {
    headers = Map.of("location", "/things/a");

    assertThat(violations(200, "{\"state\":\"ON\"}"))
        .containsExactly(
            OPERATION + ", 200, response header ETag: missing, but required",
            OPERATION + ", 200, response header Location: not documented; documented are [etag]");
  }

  @Test
  void reportsUndocumentedRequestPartsOfSuccessfulCall() {
    query.put("limit", List.of("501"));
    query.put("size", List.of("1"));
    request = "{\"state\":1}";

    assertThat(violations(200, "{\"state\":\"ON\"}"))
        .hasSize(3)
        .anySatisfy(line -> assertThat(line).contains("query parameter limit", "500"))
        .anySatisfy(line -> assertThat(line).contains("query parameter size: not one of [limit]"))
        .anySatisfy(line -> assertThat(line).contains("request body: at '/state'"));
  }

  @Test
  void ignoresRequestContentOfRefusedCall() {
    mediaType = "application/problem+json";
    headers = Map.of();
    request = "{\"size\":1}";

    assertThat(violations(404, "{\"code\":\"NOT_FOUND\"}")).isEmpty();
  }

  @Test
  void reportsMissingRequiredRequestBody() {
    request = "";

    assertThat(violations(200, "{\"state\":\"ON\"}"))
        .containsExactly(
            OPERATION + ", 200, request body: missing, but required, and the call succeeded");
  }
}
