package dev.orrery.agent.processor;

import dev.orrery.protocol.text.Placeholder;
import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.AttemptFailedException;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;

/**
 * Resolves {@code ${fireTime}}, {@code ${parameters.NAME}} and {@code ${$}} in texts of a job
 * document.
 */
public final class PlaceholderFiller {
  private PlaceholderFiller() {}

  /**
   * @throws AttemptFailedException for an unknown placeholder, or a parameter that the run lacks
   */
  public static String fill(String text, AttemptContext context) throws AttemptFailedException {
    return fill(text, context, value -> value);
  }

  /**
   * The same, with escaped values.
   *
   * @param encode applied to each value
   */
  public static String fill(String text, AttemptContext context, UnaryOperator<String> encode)
      throws AttemptFailedException {
    Matcher matcher = Placeholder.PATTERN.matcher(text);
    StringBuilder filled = new StringBuilder();
    while (matcher.find()) {
      String value = encode.apply(value(matcher.group(1), context));
      matcher.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(filled).toString();
  }

  private static String value(String name, AttemptContext context) throws AttemptFailedException {
    if (!Placeholder.isKnown(name)) {
      throw new AttemptFailedException(Placeholder.unknown(name));
    }
    if (name.equals(Placeholder.DOLLAR)) {
      return name;
    }
    if (name.equals(Placeholder.FIRE_TIME)) {
      return context.fireTime().orElse("");
    }
    String value = context.parameters().get(name.substring(Placeholder.PARAMETER.length()));
    if (value == null) {
      throw new AttemptFailedException("there is no parameter for the placeholder ${" + name + "}");
    }
    return value;
  }
}
