package dev.orrery.protocol.text;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The placeholders in the texts of a job, which the agent fills in when an attempt starts. */
public final class Placeholder {
  /** Matches a placeholder; the first group is its name. */
  public static final Pattern PATTERN = Pattern.compile("\\$\\{([^}]*)}");

  public static final String FIRE_TIME = "fireTime";

  /** Name of the placeholder for a dollar sign before braces: {@code ${$}{HOME}}. */
  public static final String DOLLAR = "$";

  /** The prefix of a parameter's name. */
  public static final String PARAMETER = "parameters.";

  private Placeholder() {}

  /**
   * Returns true if the agent can fill in this placeholder; the instance must have the parameter.
   */
  public static boolean isKnown(String name) {
    return name.equals(FIRE_TIME)
        || name.equals(DOLLAR)
        || (name.startsWith(PARAMETER) && ResourceText.isName(name.substring(PARAMETER.length())));
  }

  public static Optional<String> firstUnknown(String text) {
    return PATTERN
        .matcher(text)
        .results()
        .map((MatchResult found) -> found.group(1))
        .filter(name -> !isKnown(name))
        .findFirst();
  }

  /** Returns the error message for an unknown placeholder. */
  public static String unknown(String name) {
    return "unknown placeholder ${"
        + name
        + "}; known are ${fireTime} and ${parameters.NAME}"
        + (name.startsWith(PARAMETER)
            ? ", where NAME " + ResourceText.RULE + " (a default is a parameter of the job)"
            : "")
        + ", and for the text itself write ${$}{"
        + name
        + "}";
  }
}
