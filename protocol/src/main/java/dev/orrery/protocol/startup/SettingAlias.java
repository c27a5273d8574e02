package dev.orrery.protocol.startup;

/**
 * A setting that also has a PowerJob name, so that users of PowerJob can keep their configuration.
 *
 * @param key our name
 * @param alias PowerJob's name
 */
public record SettingAlias(String key, String alias, SettingKind kind) {

  /**
   * @throws StartupException if the two values differ
   */
  void requireSame(String ours, String theirs) {
    if (!kind.canonical(ours).equals(kind.canonical(theirs))) {
      throw new StartupException(
          key
              + "="
              + kind.shown(ours)
              + " and "
              + alias
              + "="
              + kind.shown(theirs)
              + " are two names of one setting with different values. Set only one of them."
              + kind.choices());
    }
  }
}
