package dev.orrery.protocol.startup;

/**
 * A setting as a user wrote it.
 *
 * @param inEnvironment whether it is an environment variable
 */
public record WrittenSetting(boolean inEnvironment, String name, String value) {
  public WrittenSetting {
    // Some sources list names without values.
    value = value == null ? "" : value;
  }
}
