package dev.orrery.agent.startup;

import dev.orrery.protocol.startup.AliasedSettings;
import dev.orrery.protocol.startup.FrameworkSettings;
import dev.orrery.protocol.startup.Program;
import dev.orrery.protocol.startup.SettingsCheck;
import dev.orrery.protocol.startup.WrittenSetting;
import dev.orrery.protocol.transport.TransportModule;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.PropertiesLocationConfigSourceFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jboss.logging.Logger;

/**
 * The first of our code that runs: it sees the raw configuration before any extension does, refuses
 * a protocol that is none, and adds what was given by PowerJob's names.
 */
public final class StartupConfigSourceFactory implements ConfigSourceFactory {
  private static final Logger LOG = Logger.getLogger(StartupConfigSourceFactory.class);
  private static final int APPLICATION_PROPERTIES = 250;
  private static final int ABOVE_APPLICATION_PROPERTIES = 275;

  @Override
  public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
    if (isBuild()) {
      return List.of();
    }
    AliasedSettings given =
        WorkerAliases.over(name -> value(context, name), name -> byUser(context, name));
    if (!context.getProfiles().contains("test")) {
      // A JVM that runs tests has the build's own properties of that prefix.
      List<WrittenSetting> written = written(context);
      new SettingsCheck(Program.AGENT, StartupConfigSourceFactory::isDuration)
          .check(written, given);
      FrameworkSettings.warnings(written).forEach(LOG::warn);
    }
    PropertiesConfigSource translated =
        new PropertiesConfigSource(
            given.translated(), "orrery-startup", ABOVE_APPLICATION_PROPERTIES);
    WorkerConfigCheck.protocol(given.given(WorkerAliases.PROTOCOL), TransportModule::isAvailable);
    return List.of(translated);
  }

  @Override
  public OptionalInt getPriority() {
    return OptionalInt.of(ABOVE_APPLICATION_PROPERTIES);
  }

  /** Configuration is also read while the application is built. */
  private static boolean isBuild() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return loader != null && String.valueOf(loader).contains("Deployment Class Loader");
  }

  /** The other program has the same code: {@code protocol} must not depend on SmallRye Config. */
  private static List<WrittenSetting> written(ConfigSourceContext context) {
    List<WrittenSetting> written = new ArrayList<>();
    List<ConfigSource> sources = new ArrayList<>(context.getConfigSources());
    // Files of smallrye.config.locations, which this context does not have yet.
    new PropertiesLocationConfigSourceFactory().getConfigSources(context).forEach(sources::add);
    for (ConfigSource source : sources) {
      if (source instanceof EnvConfigSource) {
        // Its names are also those that the variables could mean.
        source
            .getProperties()
            .forEach((name, value) -> written.add(new WrittenSetting(true, name, value)));
      } else {
        source.getPropertyNames().stream()
            .filter(name -> SettingsCheck.isOurs(name) || FrameworkSettings.isOne(name))
            .forEach(name -> written.add(new WrittenSetting(false, name, source.getValue(name))));
      }
    }
    return written;
  }

  private static boolean isDuration(String value) {
    try {
      DurationConverter.parseDuration(value);
      return true;
    } catch (IllegalArgumentException | ArithmeticException e) {
      return false;
    }
  }

  private static String value(ConfigSourceContext context, String name) {
    ConfigValue value = context.getValue(name);
    return value == null ? null : value.getValue();
  }

  /** Null for what only our own application.properties, or a default, says. */
  private static String byUser(ConfigSourceContext context, String name) {
    ConfigValue value = context.getValue(name);
    return value == null || value.getConfigSourceOrdinal() <= APPLICATION_PROPERTIES
        ? null
        : value.getValue();
  }
}
