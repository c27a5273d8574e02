package dev.orrery.scheduler.http.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.scheduler.http.rest.ApiContract.Operation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the changes of an OpenAPI document that break clients of the one before: requests that are
 * no longer taken, and responses that lack what they had.
 *
 * <p>openapi-diff 2.1.7 decides 8 of the 28 cases of {@code BreakingChangesTest} wrongly, and 6
 * with its options: see decision 0036.
 */
final class BreakingChanges {
  /** Bounds that narrow a value as they grow. */
  private static final List<String> LOWER_BOUNDS =
      List.of("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties");

  /** Bounds that narrow a value as they shrink. */
  private static final List<String> UPPER_BOUNDS =
      List.of("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties");

  private final ApiContract before;
  private final ApiContract after;
  private final List<Change> changes = new ArrayList<>();

  private BreakingChanges(ApiContract before, ApiContract after) {
    this.before = before;
    this.after = after;
  }

  /**
   * A breaking change.
   *
   * @param operation the id of the operation in the document before
   */
  record Change(String operation, String what) {
    @Override
    public String toString() {
      return operation + ": " + what;
    }
  }

  static List<Change> between(JsonNode before, JsonNode after) {
    BreakingChanges found = new BreakingChanges(new ApiContract(before), new ApiContract(after));
    found.compare();
    return found.changes;
  }

  private void compare() {
    for (Operation old : before.operations()) {
      Optional<Operation> current =
          after.operations().stream()
              .filter(o -> o.method().equals(old.method()) && o.path().equals(old.path()))
              .findFirst();
      if (current.isEmpty()) {
        changes.add(new Change(old.id(), old.method() + " " + old.path() + " was removed"));
      } else {
        new OperationComparison(old, current.get()).compare();
      }
    }
  }

  /** The side that must understand the values of a schema. */
  private enum Direction {
    REQUEST,
    RESPONSE
  }

  /** Compares one operation with the same one of the document before. */
  private final class OperationComparison {
    private final Operation old;
    private final Operation current;
    private final Set<String> compared = new HashSet<>();

    OperationComparison(Operation old, Operation current) {
      this.old = old;
      this.current = current;
    }

    void compare() {
      if (!old.id().equals(current.id())) {
        report("the operationId is now " + current.id());
      }
      compareParameters();
      compareRequestBodies();
      compareResponses();
    }

    private void report(String what) {
      changes.add(new Change(old.id(), what));
    }

    private void compareParameters() {
      for (JsonNode reference : old.parameters()) {
        JsonNode was = before.resolved(reference);
        String name = name(was);
        Optional<JsonNode> is = parameter(name);
        if (is.isEmpty()) {
          report(name + " was removed");
        } else {
          if (isRequired(is.get()) && !isRequired(was)) {
            report(name + " is now required");
          }
          compare(Direction.REQUEST, name, was.path("schema"), one(was, is.get()));
        }
      }
      Set<String> known = new HashSet<>();
      old.parameters().forEach(reference -> known.add(name(before.resolved(reference))));
      for (JsonNode reference : current.parameters()) {
        JsonNode is = after.resolved(reference);
        if (isRequired(is) && !known.contains(name(is))) {
          report(name(is) + " is new and required");
        }
      }
    }

    /**
     * Returns the schema of one value: a parameter that may be repeated now takes one as before.
     */
    private static JsonNode one(JsonNode was, JsonNode is) {
      JsonNode schema = is.path("schema");
      boolean mayBeRepeatedNow =
          is.path("explode").asBoolean()
              && schema.path("type").asText().equals("array")
              && !was.at("/schema/type").asText().equals("array");
      return mayBeRepeatedNow ? schema.path("items") : schema;
    }

    private static String name(JsonNode parameter) {
      return parameter.path("in").asText() + " parameter " + parameter.path("name").asText();
    }

    private Optional<JsonNode> parameter(String name) {
      for (JsonNode reference : current.parameters()) {
        JsonNode parameter = after.resolved(reference);
        if (name(parameter).equals(name)) {
          return Optional.of(parameter);
        }
      }
      return Optional.empty();
    }

    private static boolean isRequired(JsonNode node) {
      return node.path("required").asBoolean();
    }

    private void compareRequestBodies() {
      JsonNode was = before.resolved(old.node().path("requestBody"));
      JsonNode is = after.resolved(current.node().path("requestBody"));
      if (isRequired(is) && !isRequired(was)) {
        report("the request body is now required");
      }
      compareContent(Direction.REQUEST, "request", was.path("content"), is.path("content"));
    }

    private void compareResponses() {
      JsonNode now = current.node().path("responses");
      for (Map.Entry<String, JsonNode> entry : old.node().path("responses").properties()) {
        String status = entry.getKey();
        if (!status.startsWith("2")) {
          continue;
        }
        JsonNode was = before.resolved(entry.getValue());
        JsonNode is = after.resolved(now.path(status));
        if (is.isMissingNode()) {
          report("the response " + status + " was removed");
          continue;
        }
        compareContent(
            Direction.RESPONSE, "response " + status, was.path("content"), is.path("content"));
        was.path("headers")
            .fieldNames()
            .forEachRemaining(
                header -> {
                  if (!is.path("headers").has(header)) {
                    report("response " + status + ": the header " + header + " was removed");
                  }
                });
      }
    }

    private void compareContent(Direction direction, String place, JsonNode was, JsonNode is) {
      for (Map.Entry<String, JsonNode> media : was.properties()) {
        if (is.has(media.getKey())) {
          compare(
              direction,
              place,
              media.getValue().path("schema"),
              is.get(media.getKey()).path("schema"));
        } else {
          report(place + ": the media type " + media.getKey() + " was removed");
        }
      }
    }

    private void compare(Direction direction, String place, JsonNode oldNode, JsonNode newNode) {
      if (!compared.add(direction + " " + oldNode + " " + newNode)) {
        return;
      }
      JsonNode was = flat(before, oldNode);
      JsonNode is = flat(after, newNode);
      compareTypes(direction, place, was, is);
      compareText(place, "format", was, is);
      if (direction == Direction.REQUEST) {
        compareBounds(place, was, is);
        compareText(place, "pattern", was, is);
      }
      compareEnums(direction, place, was, is);
      compareProperties(direction, place, was, is);
      compareAlternatives(direction, place, was, is);
      for (String part : List.of("items", "additionalProperties", "propertyNames")) {
        if (was.path(part).isObject() && is.path(part).isObject()) {
          compare(direction, place + "/" + part, was.get(part), is.get(part));
        }
      }
      if (direction == Direction.REQUEST
          && isFalse(is.path("additionalProperties"))
          && !isFalse(was.path("additionalProperties"))) {
        report(place + " no longer takes other properties");
      }
    }

    /** The schema; if it is a reference or null, the referenced one that is null, too. */
    private static JsonNode flat(ApiContract document, JsonNode node) {
      JsonNode schema = document.resolved(node);
      JsonNode choices = schema.path("anyOf");
      if (choices.size() != 2 || !choices.get(1).path("type").asText().equals("null")) {
        return schema;
      }
      JsonNode choice = document.resolved(choices.get(0));
      if (!choice.path("type").isTextual() || choice.has("enum")) {
        return schema;
      }
      ObjectNode flat = choice.deepCopy();
      flat.putArray("type").add(choice.get("type")).add("null");
      return flat;
    }

    private static boolean isFalse(JsonNode node) {
      return node.isBoolean() && !node.booleanValue();
    }

    /** A request may take more types than before, a response must not have more. */
    private void compareTypes(Direction direction, String place, JsonNode was, JsonNode is) {
      Set<String> old = types(was);
      Set<String> now = types(is);
      boolean compatible =
          direction == Direction.REQUEST
              ? now.isEmpty() || (!old.isEmpty() && now.containsAll(old))
              : old.isEmpty() || (!now.isEmpty() && old.containsAll(now));
      if (!compatible) {
        report(place + ": the type was " + old + ", is " + now);
      }
    }

    private static Set<String> types(JsonNode schema) {
      Set<String> types = new TreeSet<>();
      JsonNode type = schema.path("type");
      if (type.isTextual()) {
        types.add(type.asText());
      }
      type.forEach(name -> types.add(name.asText()));
      if (types.contains("number")) {
        types.add("integer");
      }
      return types;
    }

    private void compareText(String place, String keyword, JsonNode was, JsonNode is) {
      if (is.has(keyword) && !is.path(keyword).equals(was.path(keyword))) {
        report(
            "%s: %s was %s, is %s".formatted(place, keyword, was.path(keyword), is.path(keyword)));
      }
    }

    private void compareBounds(String place, JsonNode was, JsonNode is) {
      for (String bound : LOWER_BOUNDS) {
        reportIf(
            is.has(bound)
                && (!was.has(bound) || is.get(bound).asDouble() > was.get(bound).asDouble()),
            place,
            bound,
            was,
            is);
      }
      for (String bound : UPPER_BOUNDS) {
        reportIf(
            is.has(bound)
                && (!was.has(bound) || is.get(bound).asDouble() < was.get(bound).asDouble()),
            place,
            bound,
            was,
            is);
      }
    }

    private void reportIf(boolean narrowed, String place, String bound, JsonNode was, JsonNode is) {
      if (narrowed) {
        report("%s: %s was %s, is %s".formatted(place, bound, was.path(bound), is.path(bound)));
      }
    }

    /** New values in a response are no break: within v1, clients must expect them. */
    private void compareEnums(Direction direction, String place, JsonNode was, JsonNode is) {
      if (direction == Direction.REQUEST && is.has("enum")) {
        Set<JsonNode> now = new HashSet<>();
        is.get("enum").forEach(now::add);
        if (!was.has("enum")) {
          report(place + " now takes only " + is.get("enum"));
        }
        for (JsonNode value : was.path("enum")) {
          if (!now.contains(value)) {
            report(place + " no longer takes " + value);
          }
        }
      }
    }

    private void compareProperties(Direction direction, String place, JsonNode was, JsonNode is) {
      Set<String> oldRequired = required(was);
      Set<String> nowRequired = required(is);
      for (Map.Entry<String, JsonNode> property : was.path("properties").properties()) {
        String name = property.getKey();
        String inside = place + "/" + name;
        if (!is.path("properties").has(name)) {
          report(inside + " was removed");
        } else {
          compare(direction, inside, property.getValue(), is.path("properties").get(name));
        }
      }
      if (direction == Direction.REQUEST) {
        nowRequired.removeAll(oldRequired);
        nowRequired.forEach(name -> report(place + "/" + name + " is now required"));
      } else {
        oldRequired.removeAll(nowRequired);
        oldRequired.removeIf(name -> !is.path("properties").has(name));
        oldRequired.forEach(name -> report(place + "/" + name + " may now be absent"));
      }
    }

    private static Set<String> required(JsonNode schema) {
      Set<String> names = new TreeSet<>();
      schema.path("required").forEach(name -> names.add(name.asText()));
      return names;
    }

    /** Alternatives are told apart by the components that they refer to. */
    private void compareAlternatives(Direction direction, String place, JsonNode was, JsonNode is) {
      for (String keyword : List.of("oneOf", "anyOf")) {
        for (JsonNode old : was.path(keyword)) {
          Optional<JsonNode> now = alternative(old, is.path(keyword));
          if (now.isPresent()) {
            compare(direction, place, old, now.get());
          } else if (direction == Direction.REQUEST) {
            report(place + " no longer takes " + old);
          }
        }
      }
    }

    private static Optional<JsonNode> alternative(JsonNode old, JsonNode alternatives) {
      for (JsonNode now : alternatives) {
        if (now.equals(old)) {
          return Optional.of(now);
        }
      }
      return Optional.empty();
    }
  }
}
