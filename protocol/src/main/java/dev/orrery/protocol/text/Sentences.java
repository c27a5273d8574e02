package dev.orrery.protocol.text;

import dev.orrery.protocol.json.JsonException;
import dev.orrery.protocol.json.JsonMap;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The sentences that people read of runs and alarms, in one language: why a run waits, why it
 * ended, and what alarms say. Alarms, command line and console all read {@code sentences-en.json}
 * and {@code sentences-zh.json}. A sentence is a text with {names}, or {one, other} by the value
 * {@code n}.
 */
public final class Sentences {
  private static final Pattern NAME = Pattern.compile("\\{(\\w+)}");

  private final Map<String, Object> all;

  private Sentences(Map<String, Object> all) {
    this.all = all;
  }

  /**
   * Reads the sentences.
   *
   * @param language {@code en} or {@code zh}
   */
  public static Sentences in(String language) {
    String file = "sentences-" + language + ".json";
    try (InputStream in = Sentences.class.getResourceAsStream(file)) {
      return new Sentences(JsonMap.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JsonException e) {
      throw new IllegalStateException(file, e);
    }
  }

  public boolean has(String key) {
    return all.containsKey(key);
  }

  public String say(String key) {
    return say(key, Map.of());
  }

  /** Returns a sentence with these values; numbers have separators of thousands. */
  public String say(String key, Map<String, ?> values) {
    Object sentence = Objects.requireNonNull(all.get(key), key);
    if (sentence instanceof Map<?, ?> forms) {
      boolean isOne = values.get("n") instanceof Number n && n.longValue() == 1;
      sentence = isOne && forms.containsKey("one") ? forms.get("one") : forms.get("other");
    }
    return NAME.matcher((String) sentence)
        .replaceAll(
            name -> Matcher.quoteReplacement(text(values.get(name.group(1)), name.group())));
  }

  /**
   * Returns why a run waits.
   *
   * @param processor that no connected worker has; null if they have it, or it is not known
   * @param tags that no connected worker has, or has all of
   */
  public String waiting(String reason, String processor, Collection<String> tags) {
    if (processor != null) {
      return say("waiting.missingProcessor", Map.of("processor", processor));
    }
    return tags.isEmpty()
        ? say("waiting." + reason)
        : say(
            "waiting.missingTags",
            Map.of("n", tags.size(), "tags", String.join(say("waiting.comma"), tags)));
  }

  private static String text(Object value, String name) {
    return Objects.requireNonNull(value, name) instanceof Number number
        ? String.format(Locale.ROOT, "%,d", number.longValue())
        : value.toString();
  }

  /** Returns a time in words, such as "1 hour 5 minutes", to the second. */
  public String time(Duration time) {
    List<String> parts = new ArrayList<>();
    add(parts, "time.days", time.toDays());
    add(parts, "time.hours", time.toHoursPart());
    add(parts, "time.minutes", time.toMinutesPart());
    if (parts.isEmpty() || time.toSecondsPart() > 0) {
      parts.add(say("time.seconds", Map.of("n", time.toSecondsPart())));
    }
    return String.join(" ", parts);
  }

  private void add(List<String> parts, String unit, long n) {
    if (n > 0) {
      parts.add(say(unit, Map.of("n", n)));
    }
  }
}
