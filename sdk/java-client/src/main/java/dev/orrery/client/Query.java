package dev.orrery.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The query string of a URL; each method returns a changed copy. */
record Query(List<Map.Entry<String, String>> parameters) {
  static final Query EMPTY = new Query(List.of());

  /** Sets a parameter that is there once at most. */
  Query set(String name, Object value) {
    return new Query(
            parameters.stream().filter(parameter -> !parameter.getKey().equals(name)).toList())
        .add(name, value);
  }

  Query set(String name, Optional<?> value) {
    return value.map(present -> set(name, present)).orElse(this);
  }

  /** Adds a parameter that may be repeated. */
  Query add(String name, Object value) {
    return new Query(
        Stream.concat(parameters.stream(), Stream.of(Map.entry(name, value.toString()))).toList());
  }

  /** Returns the query with its question mark; empty without parameters. */
  @Override
  public String toString() {
    return parameters.isEmpty()
        ? ""
        : parameters.stream()
            .map(parameter -> parameter.getKey() + "=" + encoded(parameter.getValue()))
            .collect(Collectors.joining("&", "?", ""));
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
