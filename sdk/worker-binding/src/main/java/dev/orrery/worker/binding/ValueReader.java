package dev.orrery.worker.binding;

import dev.orrery.protocol.json.JsonException;
import dev.orrery.protocol.json.JsonMap;
import java.lang.reflect.Array;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Converts the text of a job parameter to a value of a type. */
sealed interface ValueReader {

  /**
   * Returns the value, which is not null.
   *
   * @throws Exception if the text is not of the type; its message says what it must be
   */
  Object ofText(String text) throws Exception;

  /**
   * @param node of {@link JsonMap}; may be null
   */
  default Object ofJson(Object node) throws Exception {
    throw new IllegalArgumentException("must not be within another value");
  }

  /** Returns the value of an empty text, if there is one. */
  default Optional<Object> ofEmpty() {
    return Optional.empty();
  }

  /** A single value. */
  record Single(Class<?> type, Function<String, Object> conversion) implements ValueReader {

    @Override
    public Object ofText(String text) {
      Object value = conversion.apply(text);
      if (value == null) {
        throw new IllegalArgumentException("the converter returns null for it");
      }
      return value;
    }

    @Override
    public Object ofJson(Object node) {
      if (node instanceof BigDecimal number) {
        return ofText(number.toString());
      }
      if (node instanceof String || node instanceof Boolean) {
        return ofText(node.toString());
      }
      throw new IllegalArgumentException(
          "must be a text, a number, true or false" + (node == null ? ", not null" : ""));
    }

    @Override
    public Optional<Object> ofEmpty() {
      return type == String.class || type == CharSequence.class || type == Object.class
          ? Optional.of("")
          : Optional.empty();
    }
  }

  /** An array of JSON; single values also with commas between them. */
  record Many(ValueReader item, Function<List<Object>, Object> collection) implements ValueReader {

    @Override
    public Object ofText(String text) throws Exception {
      String stripped = text.strip();
      if (stripped.startsWith("[")) {
        return ofJson(parsed(stripped));
      }
      if (!(item instanceof Single)) {
        throw new IllegalArgumentException("must be an array of JSON");
      }
      return stripped.isEmpty() ? ofEmpty().orElseThrow() : of(separated(stripped));
    }

    private static List<?> parsed(String text) {
      try {
        return JsonMap.parseList(text);
      } catch (JsonException e) {
        throw new IllegalArgumentException("must be an array of JSON: " + e.getMessage(), e);
      }
    }

    private static List<?> separated(String text) {
      List<String> items = new ArrayList<>();
      for (String each : text.split(",", -1)) {
        if (each.isBlank()) {
          throw new IllegalArgumentException(
              "has nothing between two commas; an array of JSON can have an empty text");
        }
        items.add(each.strip());
      }
      return items;
    }

    @Override
    public Object ofJson(Object node) throws Exception {
      if (node instanceof List<?> items) {
        return of(items);
      }
      throw new IllegalArgumentException("must be an array of JSON");
    }

    private Object of(List<?> nodes) throws Exception {
      List<Object> items = new ArrayList<>();
      for (Object node : nodes) {
        try {
          items.add(item.ofJson(node));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "item " + (items.size() + 1) + " " + e.getMessage(), e);
        }
      }
      return collection.apply(items);
    }

    @Override
    public Optional<Object> ofEmpty() {
      return Optional.of(collection.apply(new ArrayList<>()));
    }

    /** Returns a collection that is an array. */
    static Function<List<Object>, Object> array(Class<?> component) {
      return items -> {
        Object array = Array.newInstance(component, items.size());
        for (int i = 0; i < items.size(); i++) {
          Array.set(array, i, items.get(i));
        }
        return array;
      };
    }
  }

  /** An object of JSON. */
  record ByKey(ValueReader key, ValueReader value) implements ValueReader {

    @Override
    public Object ofText(String text) throws Exception {
      try {
        return ofJson(JsonMap.parse(text));
      } catch (JsonException e) {
        throw new IllegalArgumentException("must be an object of JSON: " + e.getMessage(), e);
      }
    }

    @Override
    public Object ofJson(Object node) throws Exception {
      if (!(node instanceof Map<?, ?> fields)) {
        throw new IllegalArgumentException("must be an object of JSON");
      }
      Map<Object, Object> values = new LinkedHashMap<>();
      for (Map.Entry<?, ?> field : fields.entrySet()) {
        try {
          values.put(key.ofText((String) field.getKey()), value.ofJson(field.getValue()));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException("entry '" + field.getKey() + "' " + e.getMessage(), e);
        }
      }
      return values;
    }

    @Override
    public Optional<Object> ofEmpty() {
      return Optional.of(new LinkedHashMap<>());
    }
  }

  /** What the JSON library of the application reads. */
  record Json(Type type, JsonFormat json) implements ValueReader {

    @Override
    public Object ofText(String text) throws Exception {
      Object value = json.read(text, type);
      if (value == null) {
        throw new IllegalArgumentException("must not be null");
      }
      return value;
    }
  }
}
