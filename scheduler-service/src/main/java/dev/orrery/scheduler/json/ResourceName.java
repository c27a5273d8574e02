package dev.orrery.scheduler.json;

import dev.orrery.protocol.text.BoundedText;
import dev.orrery.scheduler.problem.ProblemException;
import java.util.regex.Pattern;

/**
 * The names of apps, jobs, webhooks, workers, parameters and tags. {@code .} and {@code ..} are not
 * allowed: in a path they are dot segments.
 */
public final class ResourceName {
  /** The form of a name, also in the OpenAPI document. */
  public static final String PATTERN = "(?!\\.{1,2}$)[A-Za-z0-9._-]{1,100}";

  private static final int MAX_SHOWN = 120;
  private static final Pattern FORM = Pattern.compile(PATTERN);

  private ResourceName() {}

  public static boolean isValid(String name) {
    return name != null && FORM.matcher(name).matches();
  }

  /**
   * Returns the name.
   *
   * @throws ProblemException {@code INVALID} if it is not a name
   */
  public static String require(String field, String name) {
    if (!isValid(name)) {
      throw ProblemException.invalid(
          field,
          "'"
              + field
              + "' must be 1 to 100 characters out of A-Z a-z 0-9 . _ -, and not '.' or '..'; got '"
              + BoundedText.abbreviate(String.valueOf(name), MAX_SHOWN)
              + "'.");
    }
    return name;
  }
}
