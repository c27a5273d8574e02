package dev.orrery.scheduler.http.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Breaking and compatible changes of a small OpenAPI document. */
class BreakingChangesTest {
  private static final String DOCUMENT =
      """
      {"paths": {"/things/{name}": {
        "put": {
          "operationId": "putThing",
          "parameters": [
            {"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 500}}],
          "requestBody": {"content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/Request"}}}},
          "responses": {"200": {
            "headers": {"ETag": {"schema": {"type": "string"}}},
            "content": {"application/json": {
              "schema": {"$ref": "#/components/schemas/Response"}}}}}},
        "get": {"operationId": "getThing", "responses": {"200": {}}}}},
      "components": {"schemas": {
        "Request": {
          "type": "object",
          "additionalProperties": false,
          "required": ["size"],
          "properties": {
            "size": {"type": "integer", "minimum": 1},
            "color": {"type": "string", "enum": ["red", "green"]},
            "next": {"$ref": "#/components/schemas/Request"}}},
        "Response": {
          "type": "object",
          "required": ["id"],
          "properties": {
            "id": {"type": "string"},
            "state": {"type": "string", "enum": ["ON"]},
            "at": {"anyOf": [{"$ref": "#/components/schemas/Time"}, {"type": "null"}]}}},
        "Time": {"type": "string", "format": "date-time"}}}}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"get\":               | \"head\":      | getThing: GET /things/{name} was removed",
        "\"getThing\"           | \"readThing\"  | getThing: the operationId is now readThing",
        "\"limit\"              | \"max\"        | putThing: query parameter limit was removed",
        "\"name\": \"limit\",   | \"name\": \"limit\", \"required\": true, |"
            + " putThing: query parameter limit is now required",
        "500                    | 400            |"
            + " putThing: query parameter limit: maximum was 500, is 400",
        "\"schema\": {\"type\": \"integer\", \"maximum\": 500} |"
            + " \"schema\": {\"type\": \"array\", \"items\": {\"type\": \"integer\"}} |"
            + " putThing: query parameter limit: the type was [integer], is [array]",
        "[\"size\"]             | [\"size\", \"color\"] | putThing: request/color is now required",
        "[\"red\", \"green\"]   | [\"red\"]      | putThing: request/color no longer takes \"green\"",
        "\"minimum\": 1         | \"minimum\": 2 | putThing: request/size: minimum was 1, is 2",
        "\"minimum\": 1         | \"maximum\": 9 | putThing: request/size: maximum was , is 9",
        "\"color\":             | \"colour\":    | putThing: request/color was removed",
        "\"ETag\"               | \"E-Tag\"      | putThing: response 200: the header ETag was removed",
        "[\"id\"]               | []             | putThing: response 200/id may now be absent",
        "\"state\":             | \"status\":    | putThing: response 200/state was removed",
        "\"id\": {\"type\": \"string\"} | \"id\": {\"type\": \"integer\"} |"
            + " putThing: response 200/id: the type was [string], is [integer]",
        "\"id\": {\"type\": \"string\"} | \"id\": {\"type\": [\"string\", \"null\"]} |"
            + " putThing: response 200/id: the type was [string], is [null, string]",
        "{\"anyOf\": [{\"$ref\": \"#/components/schemas/Time\"}, {\"type\": \"null\"}]} |"
            + " {\"type\": [\"string\", \"null\"], \"format\": \"date\"} |"
            + " putThing: response 200/at: format was \"date-time\", is \"date\"",
      })
  void reportsBreakingChangeOfDocument(String old, String now, String expected)
      throws JsonProcessingException {
    assertThat(DOCUMENT).contains(old);

    assertThat(BreakingChanges.between(read(DOCUMENT), read(DOCUMENT.replace(old, now))))
        .extracting(BreakingChanges.Change::toString)
        .containsExactly(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "500                  | 600",
        "\"minimum\": 1       | \"minimum\": 0",
        "[\"size\"]           | []",
        "[\"id\"]             | [\"id\", \"state\"]",
        "[\"red\", \"green\"] | [\"red\", \"green\", \"blue\"]",
        "[\"ON\"]             | [\"ON\", \"OFF\"]",
        "\"size\": {\"type\": \"integer\" | \"size\": {\"type\": [\"integer\", \"string\"]",
        "\"id\": {            | \"new\": {\"type\": \"string\"}, \"id\": {",
        "\"schema\": {\"type\": \"integer\", \"maximum\": 500} | \"explode\": true,"
            + " \"schema\": {\"type\": \"array\", \"items\": {\"type\": \"integer\", \"maximum\": 500}}",
        "{\"anyOf\": [{\"$ref\": \"#/components/schemas/Time\"}, {\"type\": \"null\"}]} |"
            + " {\"type\": [\"string\", \"null\"], \"format\": \"date-time\"}",
        "\"get\":             | \"delete\": {\"operationId\": \"deleteThing\"}, \"get\":",
      })
  void acceptsCompatibleChangeOfDocument(String old, String now) throws JsonProcessingException {
    assertThat(DOCUMENT).contains(old);

    assertThat(BreakingChanges.between(read(DOCUMENT), read(DOCUMENT.replace(old, now)))).isEmpty();
  }

  private static JsonNode read(String json) throws JsonProcessingException {
    return new ObjectMapper().readTree(json);
  }
}
