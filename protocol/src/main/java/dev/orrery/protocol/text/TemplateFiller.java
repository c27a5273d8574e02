package dev.orrery.protocol.text;

import java.util.Optional;
import java.util.regex.Matcher;

/**
 * Fills placeholders in several texts, up to a maximum number of characters for all of them. It
 * stops as soon as that is exceeded, because a value may occur in a text thousands of times. Not
 * thread-safe.
 */
public final class TemplateFiller {
  private int left;

  /**
   * @param characters the most that all filled texts may have, in UTF-16 units
   */
  public TemplateFiller(int characters) {
    left = characters;
  }

  /** Returns the value of a placeholder, by its name. */
  @FunctionalInterface
  public interface Values<E extends Exception> {
    String of(String name) throws E;
  }

  /**
   * Fills one text.
   *
   * @return empty if the texts have become too long
   */
  public <E extends Exception> Optional<String> fill(String template, Values<E> values) throws E {
    Matcher matcher = Placeholder.PATTERN.matcher(template);
    StringBuilder filled = new StringBuilder();
    int end = 0;
    while (matcher.find()) {
      if (!append(filled, template.substring(end, matcher.start()))
          || !append(filled, values.of(matcher.group(1)))) {
        return Optional.empty();
      }
      end = matcher.end();
    }
    return append(filled, template.substring(end))
        ? Optional.of(filled.toString())
        : Optional.empty();
  }

  private boolean append(StringBuilder filled, String text) {
    left -= text.length();
    if (left < 0) {
      return false;
    }
    filled.append(text);
    return true;
  }
}
