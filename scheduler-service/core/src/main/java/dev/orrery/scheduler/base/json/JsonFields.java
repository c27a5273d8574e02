package dev.orrery.scheduler.base.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.protocol.text.DurationText;
import dev.orrery.protocol.text.NearestName;
import dev.orrery.scheduler.base.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads the fields of a JSON object that a user wrote. Every error names the field by its path. A
 * wrong JSON type is {@code MALFORMED}. A wrong value is {@code INVALID}, and so is a field that
 * the reader did not request. A JSON null counts as absent.
 *
 * <p>Throws the first error, or collects all of them ({@link #collecting}); a field with a
 * collected error then reads as absent, although {@link #has} is true.
 */
public final class JsonFields {
  /** The maximum number of errors in a problem. */
  public static final int MAX_ERRORS = ValidationErrors.MAX_ERRORS;

  /** The maximum number of characters of a value that an error message quotes. */
  public static final int MAX_QUOTE = 80;

  /** What {@link #localTime} accepts. */
  static final String LOCAL_TIME_PATTERN = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?";

  private static final Pattern LOCAL_TIME = Pattern.compile(LOCAL_TIME_PATTERN);
  private static final String EXPECTED_TIME =
      "a local time in quotes, from \"00:00\" to \"23:59:59\"";

  /** Longer than any known field; a wrong file may have secrets where names are expected. */
  private static final int MAX_NAME = 20;

  private final String path;
  private final JsonNode object;
  private final ValidationErrors errors;
  private final int mistakesBefore;

  /** False for a stored document, which may be older than a bound. */
  private final boolean bounded;

  // Lists, because an object has few fields, and each entry of a batch is an object.
  private final List<String> asked = new ArrayList<>();

  /** Fields of answers, which are accepted in calls, and not suggested. */
  private final List<String> ignored = new ArrayList<>(0);

  /** Unknown fields that an error about a missing field has suggested. */
  private final List<String> named = new ArrayList<>(0);

  private JsonFields(String path, JsonNode object, ValidationErrors errors, boolean bounded) {
    this.path = path;
    this.bounded = bounded;
    this.object = object;
    this.errors = errors;
    this.mistakesBefore = errors.count();
  }

  /** Reads the whole body of a call. An absent body counts as an empty object. */
  public static JsonFields ofBody(JsonNode body) {
    return ofBody(body, ValidationErrors.failingFast(), true);
  }

  /** Reads the whole body of a call, and collects all errors until {@link #throwErrors()}. */
  public static JsonFields collecting(JsonNode body) {
    return ofBody(body, ValidationErrors.collected(), true);
  }

  /** Reads a stored document, whose texts may be longer than {@link #text(String, int)} allows. */
  public static JsonFields ofStored(JsonNode document) {
    return ofBody(document, ValidationErrors.failingFast(), false);
  }

  private static JsonFields ofBody(JsonNode body, ValidationErrors errors, boolean bounded) {
    if (body == null || body.isMissingNode() || body.isNull()) {
      return new JsonFields("", JsonNodeFactory.instance.objectNode(), errors, bounded);
    }
    if (!body.isObject()) {
      throw ProblemException.malformed(null, "The body must be a JSON object.");
    }
    return new JsonFields("", body, errors, bounded);
  }

  /**
   * Reads an object within a body.
   *
   * @param path path of the object in errors, such as {@code instances[3]}
   */
  public static JsonFields of(String path, JsonNode value) {
    if (!value.isObject()) {
      throw ProblemException.malformed(path, "'" + path + "' must be an object.");
    }
    return new JsonFields(path, value, ValidationErrors.failingFast(), true);
  }

  /**
   * Reads a part of the object. If errors are collected, adds an error of the part and returns an
   * empty result.
   */
  public <T> Optional<T> attempt(Supplier<T> part) {
    try {
      return Optional.of(part.get());
    } catch (ProblemException error) {
      errors.add(error);
      return Optional.empty();
    }
  }

  /** Throws if this object has an error, so that no rule is applied to the rest of it. */
  public void requireNoError() {
    if (errors.count() > mistakesBefore) {
      throw errors.last();
    }
  }

  /**
   * Throws the collected errors; must be called last.
   *
   * @throws ProblemException the first error, with the list of all
   */
  public void throwErrors() {
    errors.throwAll();
  }

  /** Returns the path of a field of this object, for errors. */
  public String pathOf(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** Returns true for a stored document, which may be older than a rule. */
  public boolean isStored() {
    return !bounded;
  }

  public boolean has(String name) {
    return find(name).isPresent();
  }

  public Optional<String> text(String name) {
    return text(name, "a string");
  }

  /**
   * Reads a text of at most this many characters.
   *
   * @param max not applied to a stored document
   */
  public Optional<String> text(String name, int max) {
    return text(name).flatMap(text -> attempt(() -> notLonger(name, text, max)));
  }

  private String notLonger(String name, String text, int max) {
    if (bounded && text.length() > max) {
      throw invalid(name, "must be at most " + max + " characters long");
    }
    return text;
  }

  private Optional<String> text(String name, String description) {
    return read(
        name,
        value -> {
          String text = typed(name, value, JsonNodeType.STRING, description).textValue();
          requireStorable(name, text);
          return text;
        });
  }

  public String requiredText(String name) {
    return text(name).orElseThrow(() -> has(name) ? errors.last() : missing(name));
  }

  /** Reads a whole number within inclusive bounds. */
  public Optional<Integer> integer(String name, int min, int max) {
    return read(name, value -> wholeNumber(name, value, min, max));
  }

  private int wholeNumber(String name, JsonNode value, int min, int max) {
    typed(name, value, JsonNodeType.NUMBER, "a number");
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < min
        || value.intValue() > max) {
      throw invalid(name, "must be a whole number from " + min + " to " + max);
    }
    return value.intValue();
  }

  public Optional<Boolean> flag(String name) {
    return read(
        name, value -> typed(name, value, JsonNodeType.BOOLEAN, "true or false").booleanValue());
  }

  /** Reads a duration like {@link DurationText}; refuses negative ones. */
  public Optional<Duration> duration(String name) {
    return text(name, DurationText.EXPECTED + find(name).map(JsonFields::inSeconds).orElse(""))
        .flatMap(
            text ->
                attempt(
                    () ->
                        DurationReader.read(
                            notLonger(name, text, DurationReader.MAX_LENGTH),
                            problem -> invalid(name, problem))));
  }

  private static String inSeconds(JsonNode value) {
    return value.isIntegralNumber() ? DurationReader.inSeconds(value.asText()) : "";
  }

  /** Reads a duration within inclusive bounds. */
  public Optional<Duration> duration(String name, Duration least, Duration most) {
    return duration(name).flatMap(duration -> attempt(() -> within(name, duration, least, most)));
  }

  private Duration within(String name, Duration duration, Duration least, Duration most) {
    if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
      throw invalid(name, "must be from " + least + " to " + most);
    }
    return duration;
  }

  /** Reads an RFC 3339 instant with an offset, truncated to the millisecond. */
  public Optional<Instant> instant(String name) {
    return text(name)
        .flatMap(
            text -> attempt(() -> InstantReader.read(text, problem -> invalid(name, problem))));
  }

  /** Reads a local time with minutes or whole seconds. */
  public Optional<LocalTime> localTime(String name) {
    return text(name, EXPECTED_TIME).flatMap(text -> attempt(() -> localTime(name, text)));
  }

  private LocalTime localTime(String name, String text) {
    if (!LOCAL_TIME.matcher(text).matches()) {
      throw invalid(
          name,
          "must be " + EXPECTED_TIME + "; got '" + BoundedText.abbreviate(text, MAX_QUOTE) + "'");
    }
    return LocalTime.parse(text);
  }

  /** Reads one of the constants, in lower case with hyphens. */
  public <E extends Enum<E>> Optional<E> oneOf(String name, E[] choices) {
    return text(name).flatMap(text -> attempt(() -> choice(name, text, choices)));
  }

  private <E extends Enum<E>> E choice(String name, String text, E[] choices) {
    return ofSpelling(choices, text)
        .orElseThrow(
            () ->
                invalid(
                    name,
                    "must be one of "
                        + Arrays.stream(choices)
                            .map(JsonFields::spelling)
                            .collect(Collectors.joining(", "))
                        + "; got '"
                        + BoundedText.abbreviate(text, MAX_QUOTE)
                        + "'"));
  }

  /** Returns the constant with this spelling; empty if it is not among the choices. */
  public static <E extends Enum<E>> Optional<E> ofSpelling(E[] choices, String text) {
    return Arrays.stream(choices).filter(choice -> spelling(choice).equals(text)).findFirst();
  }

  /** Returns the spelling of a constant in documents: {@code FIRE_ONCE} is {@code fire-once}. */
  public static String spelling(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * @param example an example of the object, for the message about another value
   */
  public Optional<JsonFields> object(String name, String example) {
    return read(
        name,
        value ->
            new JsonFields(
                pathOf(name),
                typed(name, value, JsonNodeType.OBJECT, "an object such as " + example),
                errors,
                bounded));
  }

  /** Reads an object like {@link #object}; a missing one is an error. */
  public Optional<JsonFields> requiredObject(String name, String example) {
    requirePresent(name);
    return object(name, example);
  }

  /** Refuses the object if it lacks a field; throws unless errors are collected. */
  public void requirePresent(String name) {
    if (!has(name)) {
      errors.add(missing(name));
    }
  }

  public Optional<List<String>> texts(String name) {
    return texts(name, Integer.MAX_VALUE);
  }

  /**
   * Reads an array of at most this many strings.
   *
   * @param max not applied to a stored document
   */
  public Optional<List<String>> texts(String name, int max) {
    return read(
        name,
        value -> {
          JsonNode array = typed(name, value, JsonNodeType.ARRAY, "an array of strings");
          if (bounded && array.size() > max) {
            throw invalid(name, "must have at most " + max + " entries");
          }
          List<String> texts = new ArrayList<>();
          for (int i = 0; i < array.size(); i++) {
            String place = name + "[" + i + "]";
            String text = typed(place, array.get(i), JsonNodeType.STRING, "a string").textValue();
            requireStorable(place, text);
            texts.add(text);
          }
          return List.copyOf(texts);
        });
  }

  /**
   * Reads an array of objects. If errors are collected, omits an object for which the reader
   * throws.
   *
   * @param max the maximum number of elements
   */
  public <T> Optional<List<T>> objects(String name, int max, Function<JsonFields, T> reader) {
    return read(
        name,
        value -> {
          JsonNode array = typed(name, value, JsonNodeType.ARRAY, "an array of objects");
          if (array.size() > max) {
            throw invalid(name, "must have at most " + max + " elements; got " + array.size());
          }
          List<T> objects = new ArrayList<>();
          for (int i = 0; i < array.size(); i++) {
            String place = name + "[" + i + "]";
            JsonNode element = array.get(i);
            attempt(
                    () ->
                        reader.apply(
                            new JsonFields(
                                pathOf(place),
                                typed(place, element, JsonNodeType.OBJECT, "an object"),
                                errors,
                                bounded)))
                .ifPresent(objects::add);
          }
          return objects;
        });
  }

  /**
   * Reads an array of one to this many whole numbers within inclusive bounds.
   *
   * @param size the maximum number of elements
   */
  public Optional<List<Integer>> integers(String name, int min, int max, int size) {
    return read(
        name,
        value -> {
          JsonNode array = typed(name, value, JsonNodeType.ARRAY, "an array of numbers");
          if (array.isEmpty() || array.size() > size) {
            throw invalid(name, "must have 1 to " + size + " entries");
          }
          List<Integer> numbers = new ArrayList<>();
          for (int i = 0; i < array.size(); i++) {
            numbers.add(wholeNumber(name + "[" + i + "]", array.get(i), min, max));
          }
          return List.copyOf(numbers);
        });
  }

  /** Reads one string or whole number; a number becomes a string. */
  public Optional<String> textOrNumber(String name) {
    return textsOrNumbers(name)
        .map(
            texts -> {
              if (texts.size() != 1) {
                throw invalid(name, "must be a number or a string");
              }
              return texts.get(0);
            });
  }

  /**
   * Reads one string or whole number, or an array of them; numbers become strings. Refuses other
   * numbers, whose text the parser does not keep: {@code 1.10} would become {@code 1.1}.
   */
  public Optional<List<String>> textsOrNumbers(String name) {
    return read(
        name,
        value -> {
          List<String> texts = new ArrayList<>();
          for (JsonNode element : value.isArray() ? value : List.of(value)) {
            if (!element.isTextual() && !element.isNumber()) {
              throw ProblemException.malformed(
                  pathOf(name),
                  "'" + pathOf(name) + "' must be a number, a string, or an array of them.");
            }
            if (element.isNumber() && !element.isIntegralNumber()) {
              throw invalid(name, "must be a whole number or a string");
            }
            requireStorable(name, element.asText());
            texts.add(element.asText());
          }
          return List.copyOf(texts);
        });
  }

  /** Reads a map of strings, in the order of the document. */
  public Optional<Map<String, String>> textMap(String name) {
    return read(
        name,
        value -> {
          JsonNode map = typed(name, value, JsonNodeType.OBJECT, "an object of strings");
          Map<String, String> texts = new LinkedHashMap<>();
          map.properties()
              .forEach(
                  entry -> {
                    String place = name + "." + entry.getKey();
                    requireStorable(place, entry.getKey());
                    JsonNode given = entry.getValue();
                    String description =
                        given.isNumber() || given.isBoolean()
                            ? "a string; write \"" + given.asText() + "\""
                            : "a string";
                    String text = typed(place, given, JsonNodeType.STRING, description).textValue();
                    requireStorable(place, text);
                    texts.put(entry.getKey(), text);
                  });
          return texts;
        });
  }

  /** Marks a field as known, although it is not read. */
  public JsonFields ignoring(String name) {
    return ignoring(List.of(name));
  }

  /** Marks fields as known, although they are not read. */
  public JsonFields ignoring(List<String> names) {
    names.forEach(this::ask);
    ignored.addAll(names);
    return this;
  }

  /** Refuses unknown fields. Must be called after all known fields were read. */
  public void refuseUnknown() {
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!asked.contains(name) && !named.contains(name)) {
        errors.add(unknown(name));
      }
    }
  }

  private ProblemException unknown(String name) {
    List<String> read = asked.stream().filter(field -> !ignored.contains(field)).toList();
    return ProblemException.invalid(
        pathOf(name),
        "Unknown field '"
            + pathOf(BoundedText.abbreviate(name, MAX_NAME))
            + "'."
            + NearestName.question(name, read)
            + " Known here: "
            + String.join(", ", read)
            + ".");
  }

  /** Returns an error about the value of a field of this object: "'FIELD' ", then the text. */
  public ProblemException invalid(String name, String text) {
    return ProblemException.invalid(pathOf(name), "'" + pathOf(name) + "' " + text + ".");
  }

  /** Refuses the value of a field; throws unless errors are collected. */
  public void refuse(String name, String text) {
    errors.add(invalid(name, text));
  }

  /** Returns an error about a missing field, which suggests unknown fields with a similar name. */
  public ProblemException missing(String name) {
    List<String> near = new ArrayList<>();
    object
        .fieldNames()
        .forEachRemaining(
            field -> {
              if (!asked.contains(field) && NearestName.isNear(field, name)) {
                near.add("'" + pathOf(field) + "'");
                named.add(field);
              }
            });
    return ProblemException.invalid(
        pathOf(name),
        "'"
            + pathOf(name)
            + "' is missing."
            + (near.isEmpty() ? "" : " Is " + String.join(", ", near) + " it, misspelt?"));
  }

  private <T> Optional<T> read(String name, Function<JsonNode, T> reader) {
    Optional<JsonNode> value = find(name);
    return value.isEmpty() ? Optional.empty() : attempt(() -> reader.apply(value.get()));
  }

  private Optional<JsonNode> find(String name) {
    ask(name);
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  private void ask(String name) {
    if (!asked.contains(name)) {
      asked.add(name);
    }
  }

  private JsonNode typed(String name, JsonNode value, JsonNodeType type, String description) {
    if (value.getNodeType() != type) {
      throw ProblemException.malformed(
          pathOf(name), "'" + pathOf(name) + "' must be " + description + ".");
    }
    return value;
  }

  private void requireStorable(String name, String text) {
    int index = BoundedText.indexOfUnstorable(text);
    if (index < 0) {
      return;
    }
    char character = text.charAt(index);
    throw ProblemException.invalid(
        pathOf(name),
        "'"
            + pathOf(name)
            + "' holds "
            + (character == '\0'
                ? "a NUL character."
                : String.format(
                    "\\u%04x without the other half of its character.", (int) character)));
  }
}
