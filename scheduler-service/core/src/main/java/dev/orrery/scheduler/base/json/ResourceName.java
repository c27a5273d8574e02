package dev.orrery.scheduler.base.json;

import dev.orrery.protocol.text.BoundedText;
import dev.orrery.protocol.text.ResourceText;
import dev.orrery.scheduler.base.problem.ProblemException;

/**
 * The names of apps, jobs, webhooks, workers, parameters and tags. {@code .} and {@code ..} are not
 * allowed: in a path they are dot segments.
 */
public final class ResourceName {
  /** The pattern of a name, also in the OpenAPI document. */
  public static final String PATTERN = ResourceText.PATTERN;

  private static final int MAX_SHOWN = 120;

  private ResourceName() {}

  public static boolean isValid(String name) {
    return name != null && ResourceText.isName(name);
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
              + "' "
              + ResourceText.RULE
              + "; got '"
              + BoundedText.abbreviate(String.valueOf(name), MAX_SHOWN)
              + "'.");
    }
    return name;
  }
}
