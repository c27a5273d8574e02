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

  /** Returns true if the name has the form of a variable, not of a key. */
  boolean isVariable() {
    return inEnvironment && !name.contains(".");
  }

  /** Returns true if this sets the key. */
  public boolean sets(String key) {
    return name.equals(isVariable() ? Setting.variable(key) : key);
  }
}
