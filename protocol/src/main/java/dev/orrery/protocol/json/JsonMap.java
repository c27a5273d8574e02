package dev.orrery.protocol.json;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes JSON objects whose fields are not known in advance, as ordered maps, lists and
 * simple values.
 */
public final class JsonMap {
  private JsonMap() {}

  /** Parses an object; its numbers are {@link BigDecimal}s. */
  public static Map<String, Object> parse(String text) throws JsonException {
    if (JsonParser.parse(text, JsonMap::map) instanceof Map<?, ?> map) {
      return of(map);
    }
    throw new JsonException("the text is not an object");
  }

  /** Parses an array, whose elements are as those of {@link #parse}. */
  public static List<?> parseList(String text) throws JsonException {
    if (JsonParser.parse(text, JsonMap::map) instanceof List<?> list) {
      return list;
    }
    throw new JsonException("the text is not an array");
  }

  /** Of a repeated key, the last value counts. */
  private static Map<String, Object> map(Object[] fields) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < fields.length; i += 2) {
      map.put((String) fields[i], fields[i + 1]);
    }
    return map;
  }

  /** Returns an object that is a value of a parsed one. */
  @SuppressWarnings("unchecked") // The keys that the parser makes are strings.
  public static Map<String, Object> of(Map<?, ?> parsed) {
    return (Map<String, Object>) parsed;
  }

  /**
   * Writes maps with text as keys, collections, text, numbers, booleans, instants, durations and
   * nulls.
   *
   * @throws IllegalArgumentException naming the path of a value that JSON cannot express
   */
  public static String write(Map<String, ?> fields) {
    StringBuilder out = new StringBuilder(512);
    write(fields, "", 0, out);
    return out.toString();
  }

  private static void write(Object value, String path, int depth, StringBuilder out) {
    if (depth > JsonParser.MAX_DEPTH) {
      throw new IllegalArgumentException(
          "There are more than " + JsonParser.MAX_DEPTH + " levels at '" + path + "'.");
    }
    if (value instanceof Map<?, ?> map) {
      writeMap(map, path, depth, out);
    } else if (value instanceof Collection<?> elements) {
      writeElements(elements, path, depth, out);
    } else if (value == null || value instanceof Boolean || isNumber(value)) {
      out.append(value);
    } else if (isText(value)) {
      JsonWriter.string(value.toString(), out);
    } else {
      throw new IllegalArgumentException(
          "The value of '"
              + path
              + "' is a "
              + value.getClass().getName()
              + "; use a map, a collection, text, a finite number, a boolean, an Instant, a Duration"
              + " or null.");
    }
  }

  private static void writeMap(Map<?, ?> map, String path, int depth, StringBuilder out) {
    out.append('{');
    String separator = "";
    for (Map.Entry<?, ?> field : map.entrySet()) {
      if (!(field.getKey() instanceof String name)) {
        throw new IllegalArgumentException(
            "A key of '" + path + "' is not text: " + field.getKey());
      }
      JsonWriter.string(name, out.append(separator));
      write(
          field.getValue(), path.isEmpty() ? name : path + "." + name, depth + 1, out.append(':'));
      separator = ",";
    }
    out.append('}');
  }

  private static void writeElements(
      Collection<?> elements, String path, int depth, StringBuilder out) {
    out.append('[');
    int index = 0;
    for (Object element : elements) {
      if (index > 0) {
        out.append(',');
      }
      write(element, path + "[" + index++ + "]", depth + 1, out);
    }
    out.append(']');
  }

  private static boolean isNumber(Object value) {
    return value instanceof BigDecimal
        || (value instanceof Number number && Double.isFinite(number.doubleValue()));
  }

  private static boolean isText(Object value) {
    return value instanceof CharSequence
        || value instanceof Instant
        || value instanceof Duration
        || value instanceof Character;
  }
}
