package dev.orrery.scheduler.extras.notification;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The addresses in the URL of a webhook with the format {@code mail}: {@code mailto:a@x,b@y}. */
final class MailAddresses {
  static final int MAX = 20;
  static final String SCHEME = "mailto:";

  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?!/)[A-Za-z0-9!#$&'*+/=^_`{|}~-]+(\\.[A-Za-z0-9!#$&'*+/=^_`{|}~-]+)*"
              + "@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");

  private static final int MAX_LENGTH = 254;

  private MailAddresses() {}

  static boolean isAddress(String text) {
    return text.length() <= MAX_LENGTH && ADDRESS.matcher(text).matches();
  }

  /** Returns the addresses; empty unless the URL has 1 to {@value #MAX}, and nothing else. */
  static Optional<List<String>> of(String url) {
    if (!url.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      return Optional.empty();
    }
    List<String> addresses = List.of(url.substring(SCHEME.length()).split(",", -1));
    return addresses.size() <= MAX && addresses.stream().allMatch(MailAddresses::isAddress)
        ? Optional.of(addresses)
        : Optional.empty();
  }

  /** Returns the domain of an address, in lower case. */
  static String domain(String address) {
    return address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
  }
}
