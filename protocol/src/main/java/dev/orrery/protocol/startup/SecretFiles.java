package dev.orrery.protocol.startup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads secrets from the files that settings name: {@code orrery.cluster.secret-file} for {@code
 * orrery.cluster.secret}, {@code QUARKUS_DATASOURCE_PASSWORD_FILE} for {@code
 * QUARKUS_DATASOURCE_PASSWORD}. Each file is read once.
 */
public final class SecretFiles {
  private static final String OF_KEY = "-file";
  private static final String OF_VARIABLE = "_FILE";

  /** Settings of Quarkus, also those that docs/configuration.md does not list. */
  private static final Pattern FRAMEWORK =
      Pattern.compile(
          "quarkus[._].*[._-](password|secret|username|jdbc[._]url)", Pattern.CASE_INSENSITIVE);

  private final List<WrittenSetting> secrets;

  private SecretFiles(List<WrittenSetting> secrets) {
    this.secrets = List.copyOf(secrets);
  }

  /**
   * @param written the settings of all sources
   * @param value returns the effective value of a name
   * @throws StartupException if a file is missing, empty or not secret, or its secret is set twice
   */
  public static SecretFiles read(
      Program program, Collection<WrittenSetting> written, UnaryOperator<String> value) {
    List<String> keys =
        KnownSettings.read().of(program).stream()
            .map(Setting::key)
            .filter(key -> key.endsWith(OF_KEY))
            .map(key -> key.substring(0, key.length() - OF_KEY.length()))
            .toList();
    List<WrittenSetting> secrets = new ArrayList<>();
    // Keys first: their values include those of variables.
    written.stream()
        .sorted(Comparator.comparing(WrittenSetting::isVariable))
        .forEach(
            setting ->
                secret(setting, keys)
                    .filter(name -> secrets.stream().noneMatch(one -> isSame(one.name(), name)))
                    .ifPresent(
                        name -> {
                          String file = value.apply(setting.name());
                          if (file != null && !file.isBlank()) {
                            if (!isSetToNothing(name, value)) {
                              requireOnce(name, setting, written);
                            }
                            secrets.add(
                                new WrittenSetting(
                                    setting.inEnvironment(),
                                    name,
                                    SecretFile.read(setting.name(), Path.of(file.strip()))));
                          }
                        }));
    return new SecretFiles(secrets);
  }

  /** Returns the name of the secret whose file this setting names. */
  private static Optional<String> secret(WrittenSetting setting, List<String> keys) {
    String end = setting.isVariable() ? OF_VARIABLE : OF_KEY;
    if (!setting.name().endsWith(end)) {
      return Optional.empty();
    }
    String name = setting.name().substring(0, setting.name().length() - end.length());
    WrittenSetting secret = new WrittenSetting(setting.inEnvironment(), name, "");
    return FRAMEWORK.matcher(name).matches() || keys.stream().anyMatch(secret::sets)
        ? Optional.of(name)
        : Optional.empty();
  }

  /** A blank value of a key hides what a variable sets. */
  private static boolean isSetToNothing(String name, UnaryOperator<String> value) {
    String effective = name.contains(".") ? value.apply(name) : null;
    return effective != null && effective.isBlank();
  }

  private static void requireOnce(
      String name, WrittenSetting file, Collection<WrittenSetting> written) {
    written.stream()
        .filter(other -> isSame(other.name(), name) && !other.value().isBlank())
        .findFirst()
        .ifPresent(
            other -> {
              throw new StartupException(
                  other.name() + " and " + file.name() + " are both set. Leave one of them out.");
            });
  }

  private static boolean isSame(String name, String other) {
    return Setting.variable(name).equals(Setting.variable(other));
  }

  /** Returns the secret of the key; null if no file has it. */
  public String value(String key) {
    return secrets.stream()
        .filter(secret -> isSame(secret.name(), key))
        .map(WrittenSetting::value)
        .findFirst()
        .orElse(null);
  }

  /** Returns the secrets by variable, or by key. */
  public Map<String, String> named(boolean variables) {
    return secrets.stream()
        .filter(secret -> secret.isVariable() == variables)
        .collect(Collectors.toUnmodifiableMap(WrittenSetting::name, WrittenSetting::value));
  }
}
