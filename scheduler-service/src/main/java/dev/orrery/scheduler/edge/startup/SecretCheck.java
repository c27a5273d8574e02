package dev.orrery.scheduler.edge.startup;

import dev.orrery.protocol.startup.StartupException;
import java.util.List;

/** Refuses an admin token or a cluster secret that is easy to guess. This is a pure rule. */
final class SecretCheck {
  private static final int MIN_LENGTH = 16;

  /** The public examples of the documentation. */
  private static final List<String> EXAMPLES =
      List.of("change-me-to-32-random-characters", "YOUR-ADMIN-TOKEN", "YOUR-CLUSTER-SECRET");

  private SecretCheck() {}

  /**
   * @param toSet the fix, for the message
   * @throws StartupException naming the setting
   */
  static void require(String key, String secret, String toSet) {
    if (EXAMPLES.contains(secret)) {
      throw new StartupException(
          key + " is an example value of the documentation, which everybody knows. " + toSet);
    }
    if (secret.length() < MIN_LENGTH) {
      throw new StartupException(key + " is shorter than " + MIN_LENGTH + " characters. " + toSet);
    }
  }
}
