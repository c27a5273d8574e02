package dev.orrery.protocol.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Parses a JSON text (RFC 8259) into objects, lists, strings, {@link BigDecimal}s, booleans and
 * nulls.
 */
final class JsonParser {
  /** Our texts have a few levels; the bound keeps a hostile one from filling the stack. */
  static final int MAX_DEPTH = 50;

  /** The longest number; a longer one takes too long to convert. */
  static final int MAX_NUMBER_LENGTH = 100;

  /** More digits may not fit into a long. */
  private static final int MAX_LONG_LENGTH = 18;

  /** The most keys to remember: our objects have fewer, and a hostile text any number. */
  private static final int MAX_KEYS = 32;

  private final String text;
  private final Function<Object[], ?> toObject;

  /** The keys and values of the objects that have begun. */
  private final List<Object> fields = new ArrayList<>();

  /** The keys so far: the objects of an array have the same ones. */
  private final List<String> keys = new ArrayList<>();

  private int at;

  private JsonParser(String text, Function<Object[], ?> toObject) {
    this.text = text;
    this.toObject = toObject;
  }

  /**
   * Returns the value; the text has nothing else.
   *
   * @param toObject makes an object of its keys and values in turn; a key may be repeated
   */
  static Object parse(String text, Function<Object[], ?> toObject) throws JsonException {
    JsonParser parser = new JsonParser(text, toObject);
    Object value = parser.value(0);
    parser.skipBlanks();
    if (parser.at < text.length()) {
      throw parser.unexpected("the end");
    }
    return value;
  }

  private Object value(int depth) throws JsonException {
    if (depth > MAX_DEPTH) {
      throw new JsonException("more than " + MAX_DEPTH + " levels at " + at);
    }
    skipBlanks();
    return switch (peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Object object(int depth) throws JsonException {
    int first = fields.size();
    at++;
    skipBlanks();
    if (peek() == '}') {
      return endObject(first);
    }
    while (true) {
      skipBlanks();
      fields.add(key());
      skipBlanks();
      expect(':');
      fields.add(value(depth + 1));
      skipBlanks();
      if (peek() == '}') {
        return endObject(first);
      }
      expect(',');
    }
  }

  private Object endObject(int first) {
    at++;
    List<Object> own = fields.subList(first, fields.size());
    Object object = toObject.apply(own.toArray());
    own.clear();
    return object;
  }

  private String key() throws JsonException {
    if (peek() != '"') {
      throw unexpected("a key");
    }
    for (String key : keys) {
      int end = at + 1 + key.length();
      if (end < text.length() && text.charAt(end) == '"' && text.startsWith(key, at + 1)) {
        at = end + 1;
        return key;
      }
    }
    int start = at;
    String key = string();
    boolean isPlain = at - start == key.length() + 2;
    if (isPlain && keys.size() < MAX_KEYS) {
      keys.add(key);
    }
    return key;
  }

  private List<Object> array(int depth) throws JsonException {
    List<Object> elements = new ArrayList<>();
    at++;
    skipBlanks();
    if (peek() == ']') {
      at++;
      return elements;
    }
    while (true) {
      elements.add(value(depth + 1));
      skipBlanks();
      if (peek() == ']') {
        at++;
        return elements;
      }
      expect(',');
    }
  }

  private String string() throws JsonException {
    int start = ++at;
    StringBuilder unescaped = null;
    while (true) {
      char c = peek();
      if (c == '"') {
        String rest = text.substring(start, at++);
        return unescaped == null ? rest : unescaped.append(rest).toString();
      }
      if (c < ' ') {
        throw unexpected("a character of a string");
      }
      at++;
      if (c == '\\') {
        unescaped = unescaped == null ? new StringBuilder() : unescaped;
        unescaped.append(text, start, at - 1).append(escaped());
        start = at;
      }
    }
  }

  private char escaped() throws JsonException {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> codeUnit();
      default -> {
        at--;
        throw unexpected("an escape");
      }
    };
  }

  private char codeUnit() throws JsonException {
    int unit = 0;
    for (int end = at + 4; at < end; at++) {
      char digit = peek();
      // Character.digit also accepts digits of other scripts.
      if (digit > 'f' || Character.digit(digit, 16) < 0) {
        throw unexpected("a hexadecimal digit");
      }
      unit = 16 * unit + Character.digit(digit, 16);
    }
    return (char) unit;
  }

  private Object word(String word, Object meaning) throws JsonException {
    if (!text.startsWith(word, at)) {
      throw unexpected("'" + word + "'");
    }
    at += word.length();
    return meaning;
  }

  private BigDecimal number() throws JsonException {
    int start = at;
    skip('-', '-');
    if (!skip('0', '0')) {
      digits();
    }
    if (at - start <= MAX_LONG_LENGTH && !isNext('.') && !isNext('e') && !isNext('E')) {
      return BigDecimal.valueOf(Long.parseLong(text, start, at, 10));
    }
    if (skip('.', '.')) {
      digits();
    }
    if (skip('e', 'E')) {
      skip('+', '-');
      digits();
    }
    if (at - start > MAX_NUMBER_LENGTH) {
      throw new JsonException("a number of more than " + MAX_NUMBER_LENGTH + " characters");
    }
    try {
      return new BigDecimal(text.substring(start, at));
    } catch (NumberFormatException e) {
      throw new JsonException("a number out of range at " + start, e);
    }
  }

  /** Skips one of two characters, if it is next. */
  private boolean skip(char one, char other) {
    boolean found = isNext(one) || isNext(other);
    at += found ? 1 : 0;
    return found;
  }

  private boolean isNext(char c) {
    return at < text.length() && text.charAt(at) == c;
  }

  private void digits() throws JsonException {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == start) {
      throw unexpected("a value");
    }
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private void expect(char wanted) throws JsonException {
    if (peek() != wanted) {
      throw unexpected("'" + wanted + "'");
    }
    at++;
  }

  private char peek() throws JsonException {
    if (at >= text.length()) {
      throw new JsonException("the text ends too early");
    }
    return text.charAt(at);
  }

  private JsonException unexpected(String wanted) {
    return new JsonException("expected " + wanted + " at " + at);
  }
}
