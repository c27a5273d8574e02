package dev.orrery.it.harness;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The shape of messages of one kind: their common fields with types. */
public final class Shapes {
  /** Fields by the path of their object, such as {@code /held[]}. */
  private final Map<String, Map<String, String>> always = new TreeMap<>();

  /** Reduces the shape to the fields that this message has, too. */
  public void learn(JsonNode message) {
    walk("", message, this::keepCommon);
  }

  /** Returns the fields that a message lacks, or has with another type. */
  public List<String> missing(JsonNode message) {
    List<String> missing = new ArrayList<>();
    walk(
        "",
        message,
        (place, object) ->
            always
                .getOrDefault(place, Map.of())
                .forEach(
                    (field, type) -> {
                      if (!type.equals(types(object).get(field))) {
                        missing.add(place + "/" + field + " must be " + type + " in " + object);
                      }
                    }));
    return missing;
  }

  /** Returns the same text for messages with the same fields, types and names. */
  public static String fingerprint(JsonNode message) {
    TreeSet<String> parts = new TreeSet<>();
    walk(
        "",
        message,
        (place, object) -> {
          parts.add(place + types(object));
          for (String field : List.of("outcome", "type", "code", "stream", "verdicts")) {
            if (object.has(field)) {
              parts.add(place + field + object.get(field));
            }
          }
        });
    return parts.toString();
  }

  private void keepCommon(String place, JsonNode object) {
    always.merge(
        place,
        types(object),
        (before, now) -> {
          before.entrySet().retainAll(now.entrySet());
          return before;
        });
  }

  private interface Visitor {
    void visit(String place, JsonNode object);
  }

  private static void walk(String place, JsonNode node, Visitor visitor) {
    if (node.isObject()) {
      visitor.visit(place, node);
      node.properties()
          .forEach(field -> walk(place + "/" + field.getKey(), field.getValue(), visitor));
    }
    if (node.isArray()) {
      node.forEach(element -> walk(place + "[]", element, visitor));
    }
  }

  private static Map<String, String> types(JsonNode object) {
    Map<String, String> types = new TreeMap<>();
    object
        .properties()
        .forEach(field -> types.put(field.getKey(), field.getValue().getNodeType().name()));
    return types;
  }
}
