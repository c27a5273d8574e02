package dev.orrery.scheduler.http.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.scheduler.base.json.JsonSchema;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Documents the responses of an operation: each error status with the codes that it can carry. */
final class ApiResponses {
  /** The list of codes of an error response; the tests compare real responses with it. */
  private static final String CODES = "x-error-codes";

  private static final Set<ErrorCode> OF_EVERY_OPERATION =
      EnumSet.of(
          ErrorCode.AMBIGUOUS_PATH,
          ErrorCode.MALFORMED,
          ErrorCode.UNAUTHENTICATED,
          ErrorCode.FORBIDDEN,
          ErrorCode.NOT_ACCEPTABLE,
          ErrorCode.TOO_LARGE,
          ErrorCode.URI_TOO_LONG,
          ErrorCode.INVALID,
          ErrorCode.OVERLOADED,
          ErrorCode.HEADERS_TOO_LARGE,
          ErrorCode.INTERNAL,
          ErrorCode.UNAVAILABLE);

  private static final String EVENTS =
      "An event for each line, as it is written: its data is the line as JSON, its id the cursor"
          + " behind it. The last event is 'end', with the state of the instance as data.";

  private final ObjectNode document;
  private final ObjectNode shared;

  ApiResponses(ObjectNode document) {
    this.document = document;
    shared = document.withObject("/components/responses");
  }

  void complete(ObjectNode operation, List<ErrorCode> ownCodes) {
    ObjectNode responses = (ObjectNode) operation.get("responses");
    List<String> errors = new ArrayList<>();
    responses.fieldNames().forEachRemaining(errors::add);
    errors.removeIf(status -> status.startsWith("2"));
    responses.remove(errors);
    responses.forEach(success -> describe((ObjectNode) success));
    if (operation.path("parameters").findValuesAsText("name").contains(ApiParameters.FOLLOW)) {
      responses
          .withObject("/200/content")
          .putObject(MediaType.SERVER_SENT_EVENTS)
          .set("schema", JsonSchema.text().describedAs(EVENTS).toJson());
    }
    Set<ErrorCode> codes = EnumSet.copyOf(OF_EVERY_OPERATION);
    codes.addAll(ownCodes);
    if (operation.has("requestBody")) {
      codes.add(ErrorCode.UNSUPPORTED_MEDIA_TYPE);
    }
    Map<Integer, List<ErrorCode>> byStatus =
        codes.stream()
            .collect(Collectors.groupingBy(ErrorCode::status, TreeMap::new, Collectors.toList()));
    byStatus.forEach(
        (status, ofStatus) -> responses.set(Integer.toString(status), reference(ofStatus)));
  }

  /** Refers to the response with these codes, which all operations share. */
  private ObjectNode reference(List<ErrorCode> codes) {
    String name = codes.stream().map(ApiResponses::camelCase).collect(Collectors.joining("Or"));
    if (!shared.has(name)) {
      shared.set(name, problem(codes));
    }
    return JsonNodeFactory.instance.objectNode().put("$ref", "#/components/responses/" + name);
  }

  private static String camelCase(ErrorCode code) {
    return Arrays.stream(code.name().split("_"))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }

  /** Replaces the default description of the scanner by that of the body. */
  private void describe(ObjectNode success) {
    if (success.path("description").asText("OK").equals("OK")) {
      String schema = success.at("/content/application~1json/schema/$ref").asText();
      success.set("description", document.at(schema.substring(1)).path("description"));
    }
  }

  private static ObjectNode problem(List<ErrorCode> codes) {
    ObjectNode response = JsonNodeFactory.instance.objectNode();
    response.put(
        "description",
        codes.stream()
            .map(code -> "`" + code.name() + "`: " + code.description())
            .collect(Collectors.joining(" ")));
    int status = codes.get(0).status();
    if (status == ErrorCode.OVERLOADED.status() || status == ErrorCode.UNAVAILABLE.status()) {
      ApiHeaders.add(
          response.withObject("/headers"),
          HttpHeaders.RETRY_AFTER,
          "Seconds after which to try again.",
          JsonSchema.integer(0, Integer.MAX_VALUE));
    }
    if (status == ErrorCode.UNAUTHENTICATED.status()) {
      ApiHeaders.add(
          response.withObject("/headers"),
          HttpHeaders.WWW_AUTHENTICATE,
          "Always Bearer.",
          JsonSchema.text());
    }
    response
        .putObject("content")
        .putObject(ProblemDetail.MEDIA_TYPE)
        .putObject("schema")
        .put("$ref", "#/components/schemas/" + ProblemSchema.NAME);
    ArrayNode names = response.putArray(CODES);
    codes.forEach(code -> names.add(code.name()));
    return response;
  }
}
