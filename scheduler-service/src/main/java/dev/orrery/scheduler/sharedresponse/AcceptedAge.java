package dev.orrery.scheduler.sharedresponse;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A pure rule: the age of a response that a request accepts, by its header Cache-Control. */
final class AcceptedAge {
  private static final String MAX_AGE = "max-age=";

  private AcceptedAge() {}

  /**
   * Returns true if the request accepts a response of this age. A request without the header
   * accepts only a new response.
   *
   * @param header the value of Cache-Control; null for none
   */
  static boolean includes(Duration age, String header) {
    if (header == null) {
      return false;
    }
    List<String> directives =
        Arrays.stream(header.split(",", -1))
            .map(directive -> directive.strip().toLowerCase(Locale.ROOT))
            .toList();
    return !directives.contains("no-cache")
        && !directives.contains("no-store")
        && directives.stream().anyMatch(directive -> accepts(age, directive));
  }

  private static boolean accepts(Duration age, String directive) {
    if (!directive.startsWith(MAX_AGE)) {
      return false;
    }
    try {
      return Long.parseLong(directive.substring(MAX_AGE.length())) >= age.toSeconds();
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
