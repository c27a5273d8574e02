package dev.orrery.scheduler.rest;

import dev.orrery.protocol.text.BoundedText;
import dev.orrery.scheduler.json.InstantReader;
import dev.orrery.scheduler.problem.ProblemException;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.List;

/** Reads query parameters, naming the one at fault; an absent one is null. */
public final class QueryParameter {
  private static final int MAX_SHOWN = 100;

  private QueryParameter() {}

  /** Returns a name or a value as messages repeat it, cut to 100 characters. */
  public static String shown(String text) {
    return BoundedText.abbreviate(text, MAX_SHOWN);
  }

  /**
   * @param otherwise where it is absent
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
      // Answered below, together with numbers out of range.
    }
    throw ProblemException.invalid(
        name, "'" + name + "' must be a whole number from " + min + " to " + max + ".");
  }

  /**
   * @param values all that were given; an empty one is not the same as none
   * @return false where it is absent
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

  /** The same of a call, for a resource that has no parameter for it. */
  public static boolean flag(String name, UriInfo uri) {
    return flag(name, uri.getQueryParameters().getOrDefault(name, List.of()));
  }

  /**
   * The cursor of a list that goes on by number.
   *
   * @param otherwise where it is absent
   * @throws ProblemException {@code INVALID} if no page can have given it
   */
  public static long cursor(String after, long otherwise) {
    try {
      return after == null ? otherwise : Long.parseLong(after);
    } catch (NumberFormatException e) {
      throw ProblemException.invalid("after", "'after' must be the cursor of a page before.");
    }
  }

  /**
   * @return null where it is absent
   * @throws ProblemException {@code INVALID} if it is not an instant as {@link InstantReader} reads
   *     it
   */
  public static Instant instant(String name, String text) {
    return text == null
        ? null
        : InstantReader.read(
            text, problem -> ProblemException.invalid(name, "'" + name + "' " + problem + "."));
  }
}
