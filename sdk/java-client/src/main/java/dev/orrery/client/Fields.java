package dev.orrery.client;

import dev.orrery.protocol.json.JsonException;
import dev.orrery.protocol.json.JsonMap;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a JSON object in a response. Null and absent fields are the same. */
record Fields(Map<String, @Nullable Object> json) {
  /**
   * @param what for messages
   */
  static Fields ofResponse(String what, String text) {
    try {
      return new Fields(JsonMap.parse(text));
    } catch (JsonException e) {
      throw OrreryException.notOrrery(what + " cannot be read: " + e.getMessage() + ".");
    }
  }

  String text(String name) {
    return optionalText(name).orElseThrow(() -> missing(name));
  }

  Optional<String> optionalText(String name) {
    return Optional.ofNullable(json.get(name)).map(Object::toString);
  }

  int number(String name) {
    return Math.toIntExact(optionalNumber(name).orElseThrow(() -> missing(name)));
  }

  Optional<Long> optionalNumber(String name) {
    return json.get(name) instanceof Number number
        ? Optional.of(number.longValue())
        : Optional.empty();
  }

  Optional<Object> value(String name) {
    return Optional.ofNullable(json.get(name));
  }

  boolean isTrue(String name) {
    return Boolean.TRUE.equals(json.get(name));
  }

  Instant instant(String name) {
    return optionalInstant(name).orElseThrow(() -> missing(name));
  }

  Optional<Instant> optionalInstant(String name) {
    return optionalText(name).map(text -> instant(name, text));
  }

  Optional<Fields> optionalObject(String name) {
    return json.get(name) instanceof Map<?, ?> map
        ? Optional.of(new Fields(JsonMap.of(map)))
        : Optional.empty();
  }

  Map<String, String> texts(String name) {
    Map<String, String> texts = new LinkedHashMap<>();
    optionalObject(name)
        .ifPresent(object -> object.json.forEach((key, value) -> texts.put(key, "" + value)));
    return Collections.unmodifiableMap(texts);
  }

  <T> List<T> list(String name, Function<Fields, T> item) {
    return json.get(name) instanceof List<?> items
        ? items.stream()
            .filter(Map.class::isInstance)
            .map(one -> item.apply(new Fields(JsonMap.of((Map<?, ?>) one))))
            .toList()
        : List.of();
  }

  List<String> textList(String name) {
    return json.get(name) instanceof List<?> items
        ? items.stream().map(String::valueOf).toList()
        : List.of();
  }

  /** Returns the constant of this name in any case, or the one for values that are unknown here. */
  static <E extends Enum<E>> E constant(Class<E> type, String text, E unknown) {
    for (E one : type.getEnumConstants()) {
      if (one != unknown && one.name().equalsIgnoreCase(text)) {
        return one;
      }
    }
    return unknown;
  }

  private static Instant instant(String name, String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw OrreryException.notOrrery(
          "The response has a '" + name + "' that is not an instant: " + text);
    }
  }

  private static OrreryException missing(String name) {
    return OrreryException.notOrrery("The response lacks '" + name + "'.");
  }
}
