package dev.orrery.client;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes JSON: maps in their order, lists, strings, {@code Long} or {@code BigDecimal},
 * booleans, and null.
 */
final class Json {
  private static final int MAX_DEPTH = 100;

  /** A longer number takes too long to convert. */
  private static final int MAX_DIGITS = 1000;

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /**
   * @throws IllegalArgumentException naming the line and column of the mistake
   */
  static Object read(String text) {
    Json reader = new Json(text);
    reader.skipBlanks();
    Object value = reader.value(1);
    if (reader.at < text.length()) {
      throw reader.mistake("expected nothing more");
    }
    return value;
  }

  /**
   * @throws IllegalArgumentException if the text is not JSON, or not an object
   */
  static Map<String, Object> readObject(String text) {
    if (read(text) instanceof Map<?, ?> map) {
      return object(map);
    }
    throw new IllegalArgumentException("expected a JSON object, which begins with '{'");
  }

  @SuppressWarnings("unchecked") // keys are strings, as read here
  static Map<String, Object> object(Map<?, ?> read) {
    return (Map<String, Object>) read;
  }

  /**
   * @throws IllegalArgumentException naming the path of a value that JSON cannot express
   */
  static String write(Object value) {
    StringBuilder out = new StringBuilder();
    write(value, "", 1, out);
    return out.toString();
  }

  private Object value(int depth) {
    if (depth > MAX_DEPTH) {
      throw mistake("nested deeper than " + MAX_DEPTH + " levels");
    }
    Object value =
        switch (peek()) {
          case '{' -> members(depth);
          case '[' -> items(depth);
          case '"' -> string();
          case 't' -> word("true", true);
          case 'f' -> word("false", false);
          case 'n' -> word("null", null);
          default -> number();
        };
    skipBlanks();
    return value;
  }

  private Map<String, Object> members(int depth) {
    Map<String, Object> members = new LinkedHashMap<>();
    take('{');
    if (taken('}')) {
      return members;
    }
    do {
      if (peek() != '"') {
        throw mistake("expected the name of a field in quotes");
      }
      String name = string();
      skipBlanks();
      take(':');
      if (members.containsKey(name)) {
        throw mistake("duplicate field '" + name + "'");
      }
      members.put(name, value(depth + 1));
    } while (taken(','));
    take('}', false);
    return members;
  }

  private List<Object> items(int depth) {
    List<Object> items = new ArrayList<>();
    take('[');
    if (taken(']')) {
      return items;
    }
    do {
      items.add(value(depth + 1));
    } while (taken(','));
    take(']', false);
    return items;
  }

  private String string() {
    StringBuilder read = new StringBuilder();
    at++;
    while (true) {
      char one = peek();
      if (one < ' ') {
        throw mistake("a line break or control character inside a string");
      }
      at++;
      if (one == '"') {
        return read.toString();
      }
      read.append(one == '\\' ? escaped() : one);
    }
  }

  private char escaped() {
    char one = peek();
    at++;
    return switch (one) {
      case '"', '\\', '/' -> one;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw mistake("unknown escape '\\" + one + "'");
    };
  }

  private char unicode() {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0) {
        throw mistake("expected four hexadecimal digits after \\u");
      }
      code = 16 * code + digit;
      at++;
    }
    return (char) code;
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) {
      throw mistake("expected " + word);
    }
    at += word.length();
    return value;
  }

  private Object number() {
    int begin = at;
    while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String read = text.substring(begin, at);
    if (read.length() > MAX_DIGITS) {
      at = begin;
      throw mistake("a number of more than " + MAX_DIGITS + " characters");
    }
    if (!read.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,6})?")) {
      at = begin;
      throw mistake("expected a value");
    }
    // Shorter than the largest long in any case.
    return read.matches("-?[0-9]{1,18}") ? (Object) Long.valueOf(read) : new BigDecimal(read);
  }

  private char peek() {
    if (at >= text.length()) {
      throw mistake("unexpected end");
    }
    return text.charAt(at);
  }

  private void take(char expected) {
    take(expected, true);
  }

  private void take(char expected, boolean skipping) {
    if (peek() != expected) {
      throw mistake("expected '" + expected + "'");
    }
    at++;
    if (skipping) {
      skipBlanks();
    }
  }

  private boolean taken(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    at++;
    if (wanted == ',') {
      skipBlanks();
    }
    return true;
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private IllegalArgumentException mistake(String what) {
    String before = text.substring(0, Math.min(at, text.length()));
    long line = before.chars().filter(one -> one == '\n').count() + 1;
    int column = before.length() - before.lastIndexOf('\n');
    return new IllegalArgumentException("line " + line + ", column " + column + ": " + what);
  }

  private static void write(Object value, String path, int depth, StringBuilder out) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "The document is nested deeper than " + MAX_DEPTH + " levels at " + path);
    }
    if (value == null || value instanceof Boolean || isNumber(value)) {
      out.append(value);
    } else if (value instanceof CharSequence
        || value instanceof Instant
        || value instanceof Duration
        || value instanceof Character) {
      quote(value.toString(), out);
    } else if (value instanceof Map<?, ?> map) {
      out.append('{');
      String separator = "";
      for (Map.Entry<?, ?> one : map.entrySet()) {
        if (!(one.getKey() instanceof String name)) {
          throw new IllegalArgumentException(
              "A key of '" + path + "' is not a string: " + one.getKey());
        }
        quote(name, out.append(separator));
        write(
            one.getValue(), path.isEmpty() ? name : path + "." + name, depth + 1, out.append(':'));
        separator = ",";
      }
      out.append('}');
    } else if (value instanceof Collection<?> items) {
      out.append('[');
      int index = 0;
      for (Object item : items) {
        write(item, path + "[" + index + "]", depth + 1, index++ == 0 ? out : out.append(','));
      }
      out.append(']');
    } else {
      throw new IllegalArgumentException(
          "The value of '"
              + path
              + "' is a "
              + value.getClass().getName()
              + "; use a map, a collection, a string, a number, a boolean, an Instant, a Duration or null.");
    }
  }

  private static boolean isNumber(Object value) {
    return value instanceof Number
        && !(value instanceof Double real && !Double.isFinite(real))
        && !(value instanceof Float single && !Float.isFinite(single));
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char one = text.charAt(i);
      switch (one) {
        case '"', '\\' -> out.append('\\').append(one);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (one < ' ' || Character.isSurrogate(one)) {
            out.append("\\u%04x".formatted((int) one));
          } else {
            out.append(one);
          }
        }
      }
    }
    out.append('"');
  }
}
