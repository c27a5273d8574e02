package dev.orrery.scheduler.http.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.orrery.scheduler.http.rest.ApiContract.Operation;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Compares one call with its operation in the document: the response, and a request that passed.
 * json-schema-validator checks the values, in {@link ApiContract}.
 *
 * <p>swagger-request-validator 2.46.1 passes wrong values of OpenAPI 3.1: see decision 0036.
 */
final class ContractCheck {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** Headers of the API; all others belong to HTTP. */
  private static final List<String> API_HEADERS =
      List.of("ETag", "Location", "Retry-After", "WWW-Authenticate");

  private final ApiContract contract;
  private final Operation operation;
  private final Exchange exchange;
  private final List<String> violations = new ArrayList<>();

  private ContractCheck(ApiContract contract, Operation operation, Exchange exchange) {
    this.contract = contract;
    this.operation = operation;
    this.exchange = exchange;
  }

  /** What differs from the document; nothing for a call of no operation. */
  static List<String> violations(ApiContract contract, Exchange exchange) {
    return contract
        .operationOf(exchange.method(), exchange.path())
        .map(operation -> new ContractCheck(contract, operation, exchange).check())
        .orElse(List.of());
  }

  private List<String> check() {
    checkResponse();
    if (exchange.isSuccess()) {
      checkParameters();
      checkRequestBody();
    }
    return violations;
  }

  private void checkResponse() {
    JsonNode responses = operation.node().path("responses");
    JsonNode response = contract.resolved(responses.path(Integer.toString(exchange.status())));
    if (response.isMissingNode()) {
      List<String> documented = new ArrayList<>();
      responses.fieldNames().forEachRemaining(documented::add);
      report(
          "status",
          "the document has only " + documented + "; the body is " + exchange.response().body());
      return;
    }
    checkContent("response", exchange.response(), response.path("content"));
    checkResponseHeaders(response.path("headers"));
    JsonNode codes = response.path("x-error-codes");
    if (!codes.isMissingNode() && exchange.response().hasBody()) {
      JsonNode code = parse("response", exchange.response().body()).path("code");
      if (!contains(codes, code)) {
        report(
            "error code",
            code + " is not one of " + codes + "; the body is " + exchange.response().body());
      }
    }
  }

  private static boolean contains(JsonNode array, JsonNode value) {
    for (JsonNode item : array) {
      if (item.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private void checkContent(String side, Exchange.Message message, JsonNode content) {
    if (!message.hasBody()) {
      if (!content.isEmpty()) {
        report(side + " body", "missing; the document has " + names(content));
      }
      return;
    }
    JsonNode media = content.path(message.mediaType());
    if (media.isMissingNode()) {
      report(
          side + " content type", "'" + message.mediaType() + "' is not one of " + names(content));
    } else if (message.mediaType().endsWith("json")) {
      JsonNode body = parse(side, message.body());
      if (side.equals("request")) {
        if (body.isNull()) {
          return;
        }
        removeNulls(body);
      }
      checkValue(side + " body", media.path("schema"), body);
    }
  }

  /** Readers take null for absent; schemas that said so would burden generated clients. */
  private static void removeNulls(JsonNode node) {
    if (node instanceof ObjectNode object) {
      List<String> nulls =
          names(object).stream().filter(name -> object.get(name).isNull()).toList();
      object.remove(nulls);
    }
    node.forEach(ContractCheck::removeNulls);
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private void checkResponseHeaders(JsonNode documented) {
    Map<String, String> sent = exchange.response().headers();
    Set<String> known = new HashSet<>();
    documented
        .properties()
        .forEach(
            entry -> {
              String name = entry.getKey().toLowerCase(Locale.ROOT);
              known.add(name);
              JsonNode header = contract.resolved(entry.getValue());
              if (sent.containsKey(name)) {
                JsonNode schema = header.path("schema");
                checkValue(
                    "response header " + entry.getKey(),
                    schema,
                    coerced(schema, List.of(sent.get(name))));
              } else if (header.path("required").asBoolean()) {
                report("response header " + entry.getKey(), "missing, but required");
              }
            });
    for (String name : API_HEADERS) {
      String sentName = name.toLowerCase(Locale.ROOT);
      if (sent.containsKey(sentName) && !known.contains(sentName)) {
        report("response header " + name, "not documented; documented are " + known);
      }
    }
  }

  private void checkParameters() {
    Set<String> known = new HashSet<>();
    for (JsonNode reference : operation.parameters()) {
      JsonNode parameter = contract.resolved(reference);
      String name = parameter.path("name").asText();
      String in = parameter.path("in").asText();
      List<String> values =
          switch (in) {
            case "query" -> exchange.query().getOrDefault(name, List.of());
            case "header" -> header(name);
            default -> null;
          };
      if (values == null) {
        continue;
      }
      if (in.equals("query")) {
        known.add(name);
      }
      JsonNode schema = parameter.path("schema");
      if (!values.isEmpty()) {
        checkValue(in + " parameter " + name, schema, coerced(schema, values));
      } else if (parameter.path("required").asBoolean()) {
        report(in + " parameter " + name, "missing, but required, and the call succeeded");
      }
    }
    for (String name : exchange.query().keySet()) {
      if (!known.contains(name)) {
        report("query parameter " + name, "not one of " + known + ", and the call succeeded");
      }
    }
  }

  private List<String> header(String name) {
    String value = exchange.request().headers().get(name.toLowerCase(Locale.ROOT));
    return value == null ? List.of() : List.of(value);
  }

  private void checkRequestBody() {
    JsonNode body = operation.node().path("requestBody");
    if (exchange.request().hasBody()) {
      if (body.isMissingNode()) {
        report("request body", "the document has none, and the call succeeded");
      } else {
        checkContent("request", exchange.request(), body.path("content"));
      }
    } else if (body.path("required").asBoolean()) {
      report("request body", "missing, but required, and the call succeeded");
    }
  }

  /** The text of a parameter or header as JSON of the type that its schema has. */
  private JsonNode coerced(JsonNode reference, List<String> values) {
    JsonNode schema = contract.resolved(reference);
    String type = schema.path("type").asText();
    if (type.equals("array")) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      values.forEach(value -> array.add(coerced(schema.path("items"), List.of(value))));
      return array;
    }
    String value = values.get(0);
    if (type.equals("integer") && value.matches("-?[0-9]+")) {
      return BigIntegerNode.valueOf(new BigInteger(value));
    }
    if (type.equals("boolean") && (value.equals("true") || value.equals("false"))) {
      return BooleanNode.valueOf(value.equals("true"));
    }
    return TextNode.valueOf(value);
  }

  private JsonNode parse(String side, String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      report(side + " body", "not JSON: " + e.getOriginalMessage());
      return JsonNodeFactory.instance.missingNode();
    }
  }

  private void checkValue(String place, JsonNode schema, JsonNode value) {
    if (!value.isMissingNode()) {
      contract.violations(schema, value).forEach(violation -> report(place, violation));
    }
  }

  private void report(String place, String message) {
    violations.add(operation + ", " + exchange.status() + ", " + place + ": " + message);
  }
}
