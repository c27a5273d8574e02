package dev.orrery.protocol.json;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;

/** Writes one JSON object, field by field. Fields without a value are left out. */
public final class JsonWriter {
  /** The characters that fit without a copy, besides those of elements. */
  private static final int LENGTH = 512;

  private final StringBuilder out;
  private boolean first = true;

  private JsonWriter(StringBuilder out) {
    this.out = out;
  }

  /**
   * Returns the object in UTF-8.
   *
   * @param fields writes the fields of the value
   */
  public static <T> byte[] write(T value, BiConsumer<JsonWriter, T> fields) {
    return write(value, 0, fields);
  }

  /**
   * Like {@link #write(Object, BiConsumer)}, without copies while it grows.
   *
   * @param expected the characters of its elements
   */
  public static <T> byte[] write(T value, int expected, BiConsumer<JsonWriter, T> fields) {
    StringBuilder out = new StringBuilder(LENGTH + expected);
    object(out, value, fields);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static <T> void object(StringBuilder out, T value, BiConsumer<JsonWriter, T> fields) {
    out.append('{');
    fields.accept(new JsonWriter(out), value);
    out.append('}');
  }

  public JsonWriter text(String name, String value) {
    if (value != null) {
      name(name);
      string(value);
    }
    return this;
  }

  public JsonWriter number(String name, Number value) {
    if (value != null) {
      name(name);
      out.append(value.longValue());
    }
    return this;
  }

  /** Writes a number as a string of digits, because many readers round large numbers. */
  public JsonWriter id(String name, long value) {
    name(name);
    out.append('"').append(value).append('"');
    return this;
  }

  public JsonWriter flag(String name, Boolean value) {
    if (value != null) {
      name(name);
      out.append(value.booleanValue());
    }
    return this;
  }

  public JsonWriter texts(String name, List<String> values) {
    name(name);
    out.append('[');
    String separator = "";
    for (String value : values) {
      out.append(separator);
      string(value);
      separator = ",";
    }
    out.append(']');
    return this;
  }

  /**
   * Writes an array of objects.
   *
   * @param fields writes the fields of one
   */
  public <T> JsonWriter objects(String name, List<T> values, BiConsumer<JsonWriter, T> fields) {
    name(name);
    out.append('[');
    String separator = "";
    for (T value : values) {
      out.append(separator);
      object(out, value, fields);
      separator = ",";
    }
    out.append(']');
    return this;
  }

  /** Like {@link #objects}, but an empty array is left out. */
  public <T> JsonWriter nonEmptyObjects(
      String name, List<T> values, BiConsumer<JsonWriter, T> fields) {
    return values.isEmpty() ? this : objects(name, values, fields);
  }

  private void name(String name) {
    if (!first) {
      out.append(',');
    }
    first = false;
    string(name);
    out.append(':');
  }

  private void string(String value) {
    string(value, out);
  }

  static void string(String value, StringBuilder out) {
    out.append('"');
    if (isPlain(value)) {
      out.append(value).append('"');
      return;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (!Character.isSurrogate(c)) {
        character(c, out);
      } else if (i + 1 < value.length() && Character.isSurrogatePair(c, value.charAt(i + 1))) {
        out.append(c).append(value.charAt(++i));
      } else {
        // UTF-8 has no bytes for it, and an encoder would write a question mark.
        escape(c, out);
      }
    }
    out.append('"');
  }

  /** Tells whether each character stands for itself, as in nearly all texts. */
  private static boolean isPlain(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  private static void escape(char c, StringBuilder out) {
    out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
  }

  private static void character(char c, StringBuilder out) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c < ' ') {
          escape(c, out);
        } else {
          out.append(c);
        }
      }
    }
  }
}
