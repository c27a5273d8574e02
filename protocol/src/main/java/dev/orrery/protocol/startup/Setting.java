package dev.orrery.protocol.startup;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A setting that a program reads.
 *
 * @param optional whether an empty value counts as absent
 * @param meaning a sentence for users, with the allowed range if the setting has one
 */
record Setting(Program program, String key, SettingType type, boolean optional, String meaning) {
  private static final Pattern INDEX = Pattern.compile("\\[\\d+]$");
  private static final Pattern INDEX_IN_VARIABLE = Pattern.compile("_\\d+_$");

  /**
   * Returns the environment variable of a key by the configuration library's rule: each character
   * except letters and digits becomes an underscore.
   */
  static String variable(String key) {
    return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }

  static String withoutIndex(String property) {
    return INDEX.matcher(property).replaceFirst("");
  }

  /** Returns true if this environment variable sets it. */
  boolean isVariable(String name) {
    String variable = variable(name);
    return variable.equals(variable(key))
        || (type == SettingType.LIST
            && INDEX_IN_VARIABLE.matcher(variable).replaceFirst("").equals(variable(key)));
  }

  /** Returns true if this name sets it in a source other than the environment. */
  boolean isProperty(String name) {
    return name.equals(key) || (type == SettingType.LIST && withoutIndex(name).equals(key));
  }

  boolean isSecret() {
    return SecretNames.looksSecret(key);
  }
}
