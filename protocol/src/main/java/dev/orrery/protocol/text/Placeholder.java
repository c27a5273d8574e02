package dev.orrery.protocol.text;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds placeholders such as {@code ${fireTime}} in the texts of a job. The agent fills them in
 * when an attempt starts.
 */
public final class Placeholder {
  /** Matches a placeholder; the first group is its name. */
  public static final Pattern PATTERN = Pattern.compile("\\$\\{([^}]*)}");

  public static final String FIRE_TIME = "fireTime";

  /** Name of the placeholder for a dollar sign before braces: {@code ${$}{HOME}}. */
  public static final String DOLLAR = "$";

  /** The prefix of a parameter's name. */
  public static final String PARAMETER = "parameters.";

  /** The prefix of a secret's name. Only the texts of a request may have secrets. */
  public static final String SECRET = "secret.";

  private Placeholder() {}

  /**
   * Returns true if the agent can fill in this placeholder; the instance must have the parameter.
   */
  public static boolean isKnown(String name) {
    return name.equals(FIRE_TIME)
        || name.equals(DOLLAR)
        || (name.startsWith(PARAMETER) && ResourceText.isName(name.substring(PARAMETER.length())));
  }

  /** Returns true if this placeholder stands for a secret of the agent. */
  public static boolean isSecret(String name) {
    return name.startsWith(SECRET) && ResourceText.isName(name.substring(SECRET.length()));
  }

  /** Returns the names of the secrets that the text refers to. */
  public static Stream<String> secrets(String text) {
    return names(text).filter(Placeholder::isSecret).map(name -> name.substring(SECRET.length()));
  }

  /** Returns the variable with a secret: {@code ORRERY_SECRET_DB_PASSWORD} has db-password. */
  public static String secretVariable(String name) {
    return "ORRERY_SECRET_" + name.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
  }

  public static Optional<String> firstUnknown(String text) {
    return names(text).filter(name -> !isKnown(name)).findFirst();
  }

  /** The same for a text of a request, which may also have secrets. */
  public static Optional<String> firstUnknownOfRequest(String text) {
    return names(text).filter(name -> !isKnown(name) && !isSecret(name)).findFirst();
  }

  private static Stream<String> names(String text) {
    return PATTERN.matcher(text).results().map((MatchResult found) -> found.group(1));
  }

  /** Returns the error message for a placeholder that is unknown, or for a secret out of place. */
  public static String unknown(String name) {
    if (isSecret(name)) {
      return "unsuited placeholder ${"
          + name
          + "}: only url, headers and body of http may have secrets; list '"
          + name.substring(SECRET.length())
          + "' in 'secrets' of shell, which sets $"
          + secretVariable(name.substring(SECRET.length()));
    }
    return "unknown placeholder ${"
        + name
        + "}; known are ${fireTime}, ${parameters.NAME} and, in http, ${secret.NAME}"
        + (name.startsWith(PARAMETER) || name.startsWith(SECRET)
            ? ", where NAME " + ResourceText.RULE + defaultAdvice(name)
            : "")
        + ", and for the text itself write ${$}{"
        + name
        + "}";
  }

  private static String defaultAdvice(String name) {
    return name.startsWith(PARAMETER) ? " (a default is a parameter of the job)" : "";
  }
}
