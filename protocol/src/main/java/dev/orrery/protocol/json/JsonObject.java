package dev.orrery.protocol.json;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A parsed JSON object with typed access to its fields. A field that is absent or null reads as
 * null, 0, false or an empty list; unknown fields are ignored.
 */
public final class JsonObject {
  /** Larger exponents make a number of many digits. */
  private static final int MAX_EXPONENT = 20;

  /** The character with which {@link String} replaces invalid UTF-8; valid text may contain it. */
  private static final char REPLACEMENT = '\uFFFD';

  /** Names and values in turn, because a map of a few fields costs several times as much. */
  private final Object[] fields;

  private JsonObject(Object[] fields) {
    this.fields = fields;
  }

  /**
   * Parses an object.
   *
   * @param utf8 its text
   */
  public static JsonObject parse(byte[] utf8) throws JsonException {
    String text = new String(utf8, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) >= 0) {
      requireUtf8(utf8);
    }
    return parse(text);
  }

  private static void requireUtf8(byte[] bytes) throws JsonException {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      throw new JsonException("the text is not UTF-8", e);
    }
  }

  /** Parses an object. */
  public static JsonObject parse(String text) throws JsonException {
    return of("the text", JsonParser.parse(text, JsonObject::new));
  }

  private static JsonObject of(String name, Object value) throws JsonException {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw wrongType(name, "an object");
  }

  /** Of a repeated name, the last value counts. */
  private Object get(String name) {
    for (int i = fields.length - 2; i >= 0; i -= 2) {
      if (fields[i].equals(name)) {
        return fields[i + 1];
      }
    }
    return null;
  }

  /** Reads a string; a number or a boolean is read as its text. */
  public String text(String name) throws JsonException {
    return text(name, get(name));
  }

  private static String text(String name, Object value) throws JsonException {
    if (value instanceof JsonObject || value instanceof List) {
      throw wrongType(name, "a string");
    }
    if (value instanceof BigDecimal number) {
      return number.toString();
    }
    return value == null ? null : String.valueOf(value);
  }

  /** Reads a whole number of 64 bits, also from a string of digits. */
  public long number(String name) throws JsonException {
    Long number = numberOrNull(name);
    return number == null ? 0 : number;
  }

  /** Like {@link #number}, but null if it is absent. */
  public Long numberOrNull(String name) throws JsonException {
    return number(name, get(name));
  }

  private static Long number(String name, Object value) throws JsonException {
    try {
      if (value instanceof String digits) {
        return Long.valueOf(digits);
      }
      if (value instanceof BigDecimal number && Math.abs(number.scale()) <= MAX_EXPONENT) {
        return number.longValueExact();
      }
    } catch (ArithmeticException | NumberFormatException e) {
      throw new JsonException(name + " is not a whole number of 64 bits", e);
    }
    if (value == null) {
      return null;
    }
    throw wrongType(name, "a number");
  }

  /** Reads a whole number of 32 bits. */
  public int integer(String name) throws JsonException {
    Object value = get(name);
    return value == null ? 0 : integer(name, value);
  }

  private static int integer(String name, Object value) throws JsonException {
    Long number = number(name, value);
    if (number == null || number.intValue() != number) {
      throw wrongType(name, "a whole number of 32 bits");
    }
    return number.intValue();
  }

  public boolean flag(String name) throws JsonException {
    Object value = get(name);
    if (value == null || value instanceof Boolean) {
      return Boolean.TRUE.equals(value);
    }
    throw wrongType(name, "true or false");
  }

  /** Reads an instant, RFC 3339; null if it is absent. */
  public Instant instant(String name) throws JsonException {
    String text = text(name);
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeException e) {
      throw new JsonException(name + " is not an instant", e);
    }
  }

  /** Reads an object; null if it is absent. */
  public JsonObject object(String name) throws JsonException {
    Object value = get(name);
    return value == null ? null : of(name, value);
  }

  /** Reads one element of an array. */
  @FunctionalInterface
  public interface Element<T> {
    T read(JsonObject object) throws JsonException;
  }

  /** Reads an array of objects; empty if it is absent. */
  public <T> List<T> objects(String name, Element<T> element) throws JsonException {
    List<T> objects = new ArrayList<>();
    for (Object value : array(name)) {
      objects.add(element.read(of(name, value)));
    }
    return objects;
  }

  /** Reads an array of objects; null if it is absent. */
  public <T> List<T> objectsOrNull(String name, Element<T> element) throws JsonException {
    return get(name) == null ? null : objects(name, element);
  }

  /** Reads an array of strings; empty if it is absent. */
  public List<String> texts(String name) throws JsonException {
    List<String> texts = new ArrayList<>();
    for (Object value : array(name)) {
      texts.add(text(name, value));
    }
    return texts;
  }

  /** Reads an array of strings; null if it is absent. */
  public List<String> textsOrNull(String name) throws JsonException {
    return get(name) == null ? null : texts(name);
  }

  /** Reads a map of strings; empty if it is absent. */
  public Map<String, String> textMap(String name) throws JsonException {
    Map<String, String> texts = new LinkedHashMap<>();
    JsonObject map = object(name);
    if (map != null) {
      for (int i = 0; i < map.fields.length; i += 2) {
        String key = (String) map.fields[i];
        texts.put(key, text(key, map.fields[i + 1]));
      }
    }
    return texts;
  }

  /** Reads an array of whole numbers of 32 bits; null if it is absent. */
  public List<Integer> integersOrNull(String name) throws JsonException {
    if (get(name) == null) {
      return null;
    }
    List<Integer> numbers = new ArrayList<>();
    for (Object value : array(name)) {
      numbers.add(integer(name, value));
    }
    return numbers;
  }

  private List<?> array(String name) throws JsonException {
    Object value = get(name);
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> elements) {
      return elements;
    }
    throw wrongType(name, "an array");
  }

  private static JsonException wrongType(String name, String wanted) {
    return new JsonException(name + " is not " + wanted);
  }
}
