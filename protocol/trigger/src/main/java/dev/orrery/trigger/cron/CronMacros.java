package dev.orrery.trigger.cron;

import dev.orrery.trigger.InvalidTriggerException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Expands the short names of common cron expressions, such as {@code @daily}. */
final class CronMacros {
  private static final Map<String, String> MACROS =
      Map.of(
          "@yearly", "0 0 0 1 1 *",
          "@annually", "0 0 0 1 1 *",
          "@monthly", "0 0 0 1 * *",
          "@weekly", "0 0 0 * * SUN",
          "@daily", "0 0 0 * * *",
          "@midnight", "0 0 0 * * *",
          "@hourly", "0 0 * * * *");

  /**
   * The fixed rate of other schedulers. The quantifier is possessive, so that a long text uses no
   * stack.
   */
  private static final Pattern RATE =
      Pattern.compile("@every\\b\\s*(?<every>(?:\\d+(?:ms|[dhms]))*+).*", Pattern.CASE_INSENSITIVE);

  private CronMacros() {}

  static boolean isMacro(String text) {
    return text.startsWith("@");
  }

  /**
   * Returns the six-field cron expression for a macro.
   *
   * @throws InvalidTriggerException if there is no such macro
   */
  static String expand(String macro) {
    Matcher rate = RATE.matcher(macro);
    if (rate.matches()) {
      String every = rate.group("every").isEmpty() ? "5m" : rate.group("every");
      throw refused(
          "'" + macro + "' is not a cron expression; write trigger: {every: " + every + "}.");
    }
    String expression = MACROS.get(macro.toLowerCase(Locale.ROOT));
    if (expression == null) {
      throw refused(
          "'"
              + macro
              + "' is not supported; write @hourly, @daily, @weekly, @monthly, @yearly or a cron"
              + " expression; 'every' is for fixed rates.");
    }
    return expression;
  }

  private static InvalidTriggerException refused(String message) {
    return new InvalidTriggerException("cron", message);
  }
}
