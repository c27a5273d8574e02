package dev.orrery.protocol.startup;

import java.util.List;
import java.util.Locale;

/** Recognizes, by their names, settings whose values may be secret and must not be printed. */
final class SecretNames {
  private static final List<String> PARTS =
      List.of("token", "secret", "pass", "pwd", "key", "credential", "auth");

  private SecretNames() {}

  static boolean looksSecret(String name) {
    String lowerCase = name.toLowerCase(Locale.ROOT);
    return PARTS.stream().anyMatch(lowerCase::contains);
  }
}
