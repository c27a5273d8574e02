package dev.orrery.worker.binding.declare;

import dev.orrery.protocol.text.DurationText;
import dev.orrery.protocol.text.ResourceText;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Reads the values of one {@code @OrrerySchedule} annotation, and refuses invalid ones. */
final class ScheduleValues {
  private final UnaryOperator<String> placeholders;
  private final Consumer<String> refuse;
  private int mistakes;

  /**
   * @param placeholders replaces placeholders; throws an {@code IllegalArgumentException}, or
   *     returns null for a text that is not known yet, which is not checked
   * @param refuse takes each mistake, as a sentence with the fix
   */
  ScheduleValues(UnaryOperator<String> placeholders, Consumer<String> refuse) {
    this.placeholders = placeholders;
    this.refuse = refuse;
  }

  void refuse(String mistake) {
    mistakes++;
    refuse.accept(mistake);
  }

  /** Returns how many were refused so far. */
  int mistakes() {
    return mistakes;
  }

  /** Returns a text without placeholders; empty if it is refused, or not known yet. */
  Optional<String> resolved(String field, String text) {
    try {
      return Optional.ofNullable(placeholders.apply(text)).map(String::strip);
    } catch (IllegalArgumentException e) {
      refuse(
          field
              + " is '"
              + text
              + "', and its placeholder is not set ("
              + e.getMessage()
              + "). Set it, or give it a default: ${key:default}.");
      return Optional.empty();
    }
  }

  /** Returns an instant; empty if there is none, it is refused, or not known yet. */
  Optional<Instant> instant(String field, String raw) {
    return given(field, raw)
        .flatMap(
            text -> parsed(field, text, Instant::parse, "an instant such as 2027-01-31T09:00:00Z"));
  }

  /** Returns a duration; empty if there is none, it is refused, or not known yet. */
  Optional<Duration> duration(String field, String raw) {
    return given(field, raw)
        .flatMap(text -> parsed(field, text, DurationText::parse, DurationText.EXPECTED));
  }

  /** As {@link #duration(String, String)}, and refuses one out of range; both ends are allowed. */
  Optional<Duration> duration(String field, String raw, Duration min, Duration max) {
    Optional<Duration> read = duration(field, raw);
    read.filter(duration -> duration.compareTo(min) < 0 || duration.compareTo(max) > 0)
        .ifPresent(
            duration ->
                refuse(
                    field
                        + " is "
                        + duration
                        + " and must be from "
                        + min
                        + " to "
                        + max
                        + ". Correct it."));
    return read;
  }

  private Optional<String> given(String field, String raw) {
    return raw.isBlank() ? Optional.empty() : resolved(field, raw);
  }

  private interface Parser<T> {
    T parse(String text);
  }

  private <T> Optional<T> parsed(String field, String text, Parser<T> parser, String expected) {
    try {
      return Optional.of(parser.parse(text));
    } catch (DateTimeException e) {
      refuse(field + " is '" + text + "' and must be " + expected + ". Correct it.");
      return Optional.empty();
    }
  }

  int number(String field, int value, int min, int max) {
    if (value < min || value > max) {
      refuse(field + " is " + value + " and must be from " + min + " to " + max + ". Correct it.");
    }
    return value;
  }

  /** Returns names; refuses those that are none, and more than {@code max}. */
  List<String> names(String field, String[] raw, int max) {
    List<String> names = texts(field, raw);
    if (names.size() > max) {
      refuse(field + " has " + names.size() + " names and may have " + max + ". Name fewer.");
    }
    names.stream()
        .filter(name -> !ResourceText.isName(name))
        .forEach(
            name ->
                refuse("'" + name + "' of " + field + " " + ResourceText.RULE + ". Correct it."));
    return names;
  }

  List<String> texts(String field, String[] raw) {
    List<String> texts = new ArrayList<>();
    for (String text : raw) {
      resolved(field, text).ifPresent(texts::add);
    }
    return texts;
  }
}
