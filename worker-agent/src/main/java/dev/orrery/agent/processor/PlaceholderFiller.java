package dev.orrery.agent.processor;

import dev.orrery.agent.secret.SecretContext;
import dev.orrery.protocol.text.Placeholder;
import dev.orrery.protocol.text.TemplateFiller;
import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.AttemptFailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Resolves {@code ${fireTime}}, {@code ${parameters.NAME}} and {@code ${$}} in texts of a job
 * document, and {@code ${secret.NAME}} in those of a request.
 */
public final class PlaceholderFiller {
  /** The most that the texts of one call may have, filled in: UTF-16 units. */
  private static final int MAX_CHARACTERS = 256 * 1024;

  private PlaceholderFiller() {}

  /**
   * @throws AttemptFailedException for an unknown placeholder, a parameter that the run lacks, or
   *     more than 262,144 characters
   */
  public static String fill(String text, SecretContext context) throws AttemptFailedException {
    return fill(text, context, value -> value);
  }

  /**
   * The same, with escaped values.
   *
   * @param encode applied to each value
   */
  public static String fill(String text, SecretContext context, UnaryOperator<String> encode)
      throws AttemptFailedException {
    return fill(new TemplateFiller(MAX_CHARACTERS), text, context, context.secrets(), encode);
  }

  /** The same without secrets, for several texts with so many characters in all. */
  static List<String> fillAll(List<String> texts, AttemptContext context)
      throws AttemptFailedException {
    TemplateFiller filler = new TemplateFiller(MAX_CHARACTERS);
    List<String> filled = new ArrayList<>();
    for (String text : texts) {
      filled.add(fill(filler, text, context, Map.of(), value -> value));
    }
    return filled;
  }

  private static String fill(
      TemplateFiller filler,
      String text,
      AttemptContext context,
      Map<String, String> secrets,
      UnaryOperator<String> encode)
      throws AttemptFailedException {
    return filler
        .fill(text, name -> encode.apply(value(name, context, secrets)))
        .orElseThrow(
            () ->
                new AttemptFailedException(
                    "with the parameters filled in, the text has more than 262,144 characters"));
  }

  private static String value(String name, AttemptContext context, Map<String, String> secrets)
      throws AttemptFailedException {
    if (Placeholder.isSecret(name) && !secrets.isEmpty()) {
      return secrets.get(name.substring(Placeholder.SECRET.length()));
    }
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
