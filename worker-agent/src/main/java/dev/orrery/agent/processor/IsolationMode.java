package dev.orrery.agent.processor;

import dev.orrery.protocol.startup.StartupException;
import java.util.Locale;

/**
 * The isolation of job programs, as set by {@code orrery.worker.shell.isolation}; the setting
 * describes the values.
 */
enum IsolationMode {
  AUTO,
  NAMESPACES,
  NONE;

  /**
   * Parses a value in any case.
   *
   * @throws StartupException for any other value
   */
  static IsolationMode parse(String value) {
    return switch (value.strip().toLowerCase(Locale.ROOT)) {
      case "auto" -> AUTO;
      case "namespaces" -> NAMESPACES;
      case "none" -> NONE;
      default ->
          throw new StartupException(
              ShellIsolationConfig.ISOLATION
                  + " is '"
                  + value
                  + "'. Set auto, namespaces or none.");
    };
  }
}
