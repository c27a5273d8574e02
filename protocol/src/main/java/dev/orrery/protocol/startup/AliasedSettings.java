package dev.orrery.protocol.startup;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Settings as users wrote them, under our names or PowerJob's. {@link #given} returns values
 * untrimmed and even blank, because their meaning depends on the setting.
 */
public final class AliasedSettings {
  private final List<SettingAlias> aliases;
  private final UnaryOperator<String> written;
  private final UnaryOperator<String> byUser;

  /**
   * @param written returns the value of a key from any source, defaults included; null if absent
   * @param byUser the same without the program's own defaults, because an alias overrides a default
   */
  public AliasedSettings(
      List<SettingAlias> aliases, UnaryOperator<String> written, UnaryOperator<String> byUser) {
    this.aliases = List.copyOf(aliases);
    this.written = written;
    this.byUser = byUser;
  }

  /**
   * A value and the name under which it was set.
   *
   * @param name the name that the user set; ours if the user set neither
   * @param value as it was written; null if it is absent
   */
  public record Given(String name, String value) {}

  public Given given(String key) {
    for (SettingAlias alias : aliases) {
      if (alias.key().equals(key) && byUser.apply(key) == null) {
        String theirs = written.apply(alias.alias());
        if (theirs != null) {
          return new Given(alias.alias(), theirs);
        }
      }
    }
    return new Given(key, written.apply(key));
  }

  /**
   * Returns the settings that were given by PowerJob's names, under our names. They must be added
   * to the configuration. Blank values are left out.
   *
   * @throws StartupException if a setting was given under both names with different values
   */
  public Map<String, String> translated() {
    Map<String, String> translated = new LinkedHashMap<>();
    for (SettingAlias alias : aliases) {
      String theirs = written.apply(alias.alias());
      String ours = byUser.apply(alias.key());
      if (theirs == null) {
        continue;
      }
      if (ours != null) {
        alias.requireSame(ours, theirs);
      } else if (!theirs.isBlank()) {
        translated.put(alias.key(), alias.kind().canonical(theirs));
      }
    }
    return translated;
  }
}
