package dev.orrery.protocol.startup;

import dev.orrery.protocol.text.BoundedText;
import dev.orrery.protocol.text.UrlText;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Rewrites the configuration library's message about invalid values. The library checks the types
 * of Quarkus settings before we can, because we have no list of them.
 */
public final class FrameworkErrorMessage {
  private static final Pattern HEADING = Pattern.compile("Configuration validation failed:?");
  private static final Pattern CLASS = Pattern.compile("^([a-z]\\w*\\.)+[A-Z]\\w*: ");
  private static final Pattern CODE = Pattern.compile("SRCFG\\d+: ");

  private static final Pattern VALUE =
      Pattern.compile(
          "The config property (\\S+) with the config value \"(.*)\" threw an Exception whilst being"
              + " converted (.*)");

  private static final Pattern MISSING =
      Pattern.compile("The config property (\\S+) is required but it could not be found .*");

  /** Matches an empty value, or a list with an empty element. */
  private static final Pattern EMPTY =
      Pattern.compile(
          "The config property (\\S+) (?:is defined as the empty String .*"
              + "|with the config value \".*\" was converted to null .*)");

  private static final Pattern ALLOWED = Pattern.compile(".*allowed values: (.*)");
  private static final Pattern EXPECTED = Pattern.compile("Expected an? (\\S+) value, got .*");
  private static final int MAX_SHOWN = 100;

  private FrameworkErrorMessage() {}

  /** Returns one line for each mistake that the library lists. */
  public static String message(String listed) {
    return listed
        .lines()
        .map(line -> CODE.matcher(CLASS.matcher(line.strip()).replaceFirst("")).replaceAll(""))
        .filter(line -> !line.isEmpty() && !HEADING.matcher(line).matches())
        .map(FrameworkErrorMessage::inOurWords)
        .distinct()
        .collect(Collectors.joining("\n"));
  }

  private static String inOurWords(String line) {
    Matcher missing = MISSING.matcher(line);
    if (missing.matches()) {
      return missing.group(1) + " is not set. Set it.";
    }
    Matcher empty = EMPTY.matcher(line);
    if (empty.matches()) {
      return empty.group(1) + " is empty. Set it, or leave it out.";
    }
    Matcher value = VALUE.matcher(line);
    if (!value.matches()) {
      return line;
    }
    String key = value.group(1);
    if (SecretNames.looksSecret(key)) {
      // The reason may contain the value.
      return key + "=(hidden): the value is not valid.";
    }
    return key
        + "='"
        + BoundedText.abbreviate(UrlText.withoutPasswords(value.group(2)), MAX_SHOWN)
        + "': the value "
        + reason(key, value.group(3));
  }

  private static String reason(String key, String raw) {
    Matcher allowed = ALLOWED.matcher(raw);
    if (allowed.matches()) {
      return "must be one of "
          + List.of(allowed.group(1).split(",")).stream()
              .map(String::strip)
              .sorted()
              .collect(Collectors.joining(", "))
          + ".";
    }
    Matcher expected = EXPECTED.matcher(raw);
    if (expected.matches()) {
      return "must be " + number(key, expected.group(1)) + ".";
    }
    if (raw.startsWith("Unknown level")) {
      return "must be one of OFF, ERROR, WARN, INFO, DEBUG, TRACE, ALL.";
    }
    return raw.startsWith("Invalid duration")
        ? "must be " + SettingType.DURATION.expected() + "."
        : "is not valid: " + BoundedText.abbreviate(UrlText.withoutPasswords(raw), MAX_SHOWN);
  }

  private static String number(String key, String type) {
    if (key.endsWith("port")) {
      return "a port from 0 to 65535";
    }
    return type.equals("double") || type.equals("float")
        ? "a number"
        : SettingType.WHOLE_NUMBER.expected();
  }
}
