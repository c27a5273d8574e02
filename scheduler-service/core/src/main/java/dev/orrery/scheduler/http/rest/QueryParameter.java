package dev.orrery.scheduler.http.rest;

import dev.orrery.protocol.text.BoundedText;
import dev.orrery.scheduler.base.json.InstantReader;
import dev.orrery.scheduler.base.problem.ProblemException;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads query parameters. An error names the parameter; an absent parameter is null. */
public final class QueryParameter {
  private static final int MAX_SHOWN = 100;

  private QueryParameter() {}

  /** Returns a name or a value for a message, truncated to {@value #MAX_SHOWN} characters. */
  public static String shown(String text) {
    return BoundedText.abbreviate(text, MAX_SHOWN);
  }

  /**
   * @param otherwise the value of an absent parameter
   * @throws ProblemException {@code INVALID} if it is not a whole number within the bounds
   */
  public static int integer(String name, String text, int otherwise, int min, int max) {
    if (text == null) {
      return otherwise;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Refused below, together with numbers out of range.
    }
    throw ProblemException.invalid(
        name, "'" + name + "' must be a whole number from " + min + " to " + max + ".");
  }

  /**
   * Reads a repeated parameter whose values are {@code name:value}, in their order.
   *
   * @param example for the message
   * @param owner what the pairs belong to, such as "job"; for the error message
   * @throws ProblemException {@code INVALID} for one without a colon, and for a name that is there
   *     twice
   */
  public static Map<String, String> pairs(
      String name, Collection<String> values, String example, String owner) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String value : values) {
      int colon = value.indexOf(':');
      if (colon < 1) {
        throw ProblemException.invalid(
            name, "'" + name + "' must be a name and a value, such as " + example + ".");
      }
      String key = value.substring(0, colon);
      if (pairs.put(key, value.substring(colon + 1)) != null) {
        throw ProblemException.invalid(
            name, "'" + name + "' names '" + key + "' twice, and no " + owner + " has two values.");
      }
    }
    return pairs;
  }

  /**
   * @param values all values in the query; an empty value is not an absent one
   * @return false if the parameter is absent
   * @throws ProblemException {@code INVALID} if it is neither true nor false
   */
  public static boolean flag(String name, List<String> values) {
    return switch (String.join(",", values)) {
      case "true" -> true;
      case "false" -> false;
      default -> {
        if (values.isEmpty()) {
          yield false;
        }
        throw ProblemException.invalid(name, "'" + name + "' must be true or false.");
      }
    };
  }

  /** Reads a flag from the query of a call, for a resource that does not declare the parameter. */
  public static boolean flag(String name, UriInfo uri) {
    return flag(name, uri.getQueryParameters().getOrDefault(name, List.of()));
  }

  /**
   * @param spelling returns a choice as spelled in a query
   * @return null if the parameter is absent
   * @throws ProblemException {@code INVALID} with all choices, for any other value
   */
  public static <E> E oneOf(String name, String text, E[] choices, Function<E, String> spelling) {
    return text == null
        ? null
        : Arrays.stream(choices)
            .filter(choice -> spelling.apply(choice).equals(text))
            .findFirst()
            .orElseThrow(() -> unknown(name, Arrays.stream(choices).map(spelling), text));
  }

  public static ProblemException unknown(String name, Stream<String> known, String text) {
    return ProblemException.invalid(
        name,
        "'%s' must be one of %s; got '%s'."
            .formatted(name, known.collect(Collectors.joining(", ")), shown(text)));
  }

  /**
   * Reads the cursor of a list that continues by number.
   *
   * @param otherwise the value of an absent parameter
   * @throws ProblemException {@code INVALID} if no page returns such a cursor
   */
  public static long cursor(String after, long otherwise) {
    if (after == null) {
      return otherwise;
    }
    try {
      long cursor = Long.parseLong(after);
      if (cursor >= 0) {
        return cursor;
      }
    } catch (NumberFormatException e) {
      // Refused below, together with negative numbers.
    }
    throw ProblemException.invalid("after", "'after' must be the cursor of a page before.");
  }

  /**
   * @return null if the parameter is absent
   * @throws ProblemException {@code INVALID} if {@link InstantReader} cannot read it
   */
  public static Instant instant(String name, String text) {
    return text == null
        ? null
        : InstantReader.read(
            text, problem -> ProblemException.invalid(name, "'" + name + "' " + problem + "."));
  }
}
