package dev.orrery.service;

import dev.orrery.protocol.startup.FrameworkSettings;
import dev.orrery.protocol.startup.Program;
import dev.orrery.protocol.startup.SecretFiles;
import dev.orrery.protocol.startup.SettingsCheck;
import dev.orrery.protocol.startup.WrittenSetting;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.PropertiesLocationConfigSourceFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** Reads the configuration as it was written, before any Quarkus extension reads it. */
public final class RawConfig {
  private static final int APPLICATION_PROPERTIES = 250;

  /** The ordinal of a source that overrides application.properties. */
  public static final int ABOVE_APPLICATION_PROPERTIES = 275;

  /** The ordinal of a source that overrides all others: blank values count as absent. */
  private static final int ABOVE_ALL = 500;

  private final ConfigSourceContext context;
  private final List<WrittenSetting> written;
  private final SecretFiles secrets;

  /**
   * @throws dev.orrery.protocol.startup.StartupException if a file with a secret of the program is
   *     unusable
   */
  public RawConfig(ConfigSourceContext context, Program program) {
    this.context = context;
    this.written = written(context);
    this.secrets =
        SecretFiles.read(
            program,
            written,
            name -> {
              ConfigValue value = context.getValue(name);
              return value == null ? null : value.getValue();
            });
  }

  /**
   * Returns true during the build, which also reads the configuration and must not start anything.
   */
  public static boolean isBuild() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return loader != null && String.valueOf(loader).contains("Deployment Class Loader");
  }

  public static boolean isDuration(String value) {
    try {
      DurationConverter.parseDuration(value);
      return true;
    } catch (IllegalArgumentException | ArithmeticException e) {
      return false;
    }
  }

  /**
   * Reads a switch as the configuration library does.
   *
   * @param value null if it is not set
   */
  public static boolean isTrue(String value) {
    return value != null
        && List.of("true", "1", "yes", "y", "on").contains(value.strip().toLowerCase(Locale.ROOT));
  }

  public boolean hasProfile(String profile) {
    return context.getProfiles().contains(profile);
  }

  /** Returns null if the value is not set. */
  public String value(String name) {
    String secret = secrets.value(name);
    if (secret != null) {
      return secret;
    }
    ConfigValue value = context.getValue(name);
    return value == null ? null : value.getValue();
  }

  /** Returns null if only the build's application.properties or a default sets the value. */
  public String byUser(String name) {
    String secret = secrets.value(name);
    if (secret != null) {
      return secret;
    }
    ConfigValue value = context.getValue(name);
    return value == null || value.getConfigSourceOrdinal() <= APPLICATION_PROPERTIES
        ? null
        : value.getValue();
  }

  /**
   * Returns the settings of Orrery, the Quarkus settings that it checks, and all environment
   * variables.
   */
  public List<WrittenSetting> written() {
    return written;
  }

  /** Returns the sources of the secrets that settings name files of. */
  public List<ConfigSource> secrets() {
    return List.of(
        new EnvConfigSource(secrets.named(true), ABOVE_ALL),
        new PropertiesConfigSource(secrets.named(false), "orrery-secrets", ABOVE_ALL));
  }

  private static List<WrittenSetting> written(ConfigSourceContext context) {
    List<WrittenSetting> written = new ArrayList<>();
    List<ConfigSource> sources = new ArrayList<>(context.getConfigSources());
    // Files of smallrye.config.locations, which this context does not have yet.
    new PropertiesLocationConfigSourceFactory().getConfigSources(context).forEach(sources::add);
    for (ConfigSource source : sources) {
      if (source instanceof EnvConfigSource) {
        // Its property names also include names that the variables could mean.
        source
            .getProperties()
            .forEach((name, value) -> written.add(new WrittenSetting(true, name, value)));
      } else {
        source.getPropertyNames().stream()
            .filter(name -> SettingsCheck.isOurs(name) || FrameworkSettings.isOne(name))
            .forEach(name -> written.add(new WrittenSetting(false, name, source.getValue(name))));
      }
    }
    return List.copyOf(written);
  }
}
