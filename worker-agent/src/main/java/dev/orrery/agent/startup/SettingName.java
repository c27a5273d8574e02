package dev.orrery.agent.startup;

import dev.orrery.protocol.startup.StartupException;
import java.util.function.Supplier;

/** Prefixes the SDK's error about an invalid value with the name of the setting. */
final class SettingName {
  private SettingName() {}

  /**
   * Passes the value to the SDK.
   *
   * @throws StartupException naming the setting, if the SDK rejects the value
   */
  static <T> T in(String setting, Supplier<T> use) {
    try {
      return use.get();
    } catch (IllegalArgumentException e) {
      throw new StartupException(setting + ": " + e.getMessage(), e);
    }
  }
}
