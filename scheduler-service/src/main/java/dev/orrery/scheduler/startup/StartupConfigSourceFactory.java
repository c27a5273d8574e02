package dev.orrery.scheduler.startup;

import dev.orrery.protocol.startup.AliasedSettings;
import dev.orrery.protocol.startup.FrameworkSettings;
import dev.orrery.protocol.startup.Program;
import dev.orrery.protocol.startup.SettingsCheck;
import dev.orrery.protocol.startup.WrittenSetting;
import dev.orrery.protocol.transport.TransportModule;
import dev.orrery.scheduler.embedded.EmbeddedDatabase;
import dev.orrery.scheduler.embedded.EmbeddedDatabase.Access;
import dev.orrery.scheduler.embedded.EmbeddedOptions;
import io.quarkus.runtime.ImageMode;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.PropertiesLocationConfigSourceFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jboss.logging.Logger;

/**
 * Reads the raw configuration before any extension does. It refuses invalid settings and, if no
 * database is set, starts the embedded one and adds its address to the configuration.
 */
public final class StartupConfigSourceFactory implements ConfigSourceFactory {
  private static final String URL = SchedulerAliases.DATABASE_URL;
  private static final Logger LOG = Logger.getLogger(StartupConfigSourceFactory.class);
  private static final int APPLICATION_PROPERTIES = 250;
  private static final int ABOVE_APPLICATION_PROPERTIES = 275;

  @Override
  public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
    if (isBuild()) {
      return List.of();
    }
    AliasedSettings given =
        SchedulerAliases.over(name -> value(context, name), name -> byUser(context, name));
    List<WrittenSetting> written = written(context);
    if (!context.getProfiles().contains("test")) {
      // A JVM that runs tests has properties of the build with that prefix.
      new SettingsCheck(Program.SCHEDULER, StartupConfigSourceFactory::isDuration)
          .check(written, given);
    }
    Map<String, String> found = new HashMap<>(given.translated());
    RawSettingsCheck settings = new RawSettingsCheck(given, TransportModule::isAvailable);
    settings.check();
    if (settings.get(URL) == null) {
      settings.requireNoExternalMeant(written);
    }
    FrameworkSettings.warnings(written).forEach(LOG::warn);
    if (context.getProfiles().contains("prod")) {
      // Tests and development choose their own ports.
      settings.requireFreePorts();
    }
    if (settings.shutdownDelay() != null) {
      found.put(RawSettingsCheck.SHUTDOWN_DELAY, settings.shutdownDelay());
    }
    if (settings.get(URL) == null) {
      startEmbedded(settings, found);
    } else {
      settings.requireAdminToken();
    }
    return List.of(
        new PropertiesConfigSource(found, "orrery-startup", ABOVE_APPLICATION_PROPERTIES));
  }

  @Override
  public OptionalInt getPriority() {
    return OptionalInt.of(ABOVE_APPLICATION_PROPERTIES);
  }

  private static void startEmbedded(RawSettingsCheck settings, Map<String, String> found) {
    settings.requireEmbedded(ImageMode.current() == ImageMode.NATIVE_RUN);
    Access database =
        EmbeddedDatabase.running(
            EmbeddedOptions.from(settings::get), settings.get(RawSettingsCheck.ADMIN_TOKEN));
    found.put(URL, database.url());
    found.put("quarkus.datasource.username", database.user());
    found.put("quarkus.datasource.password", database.password());
    if (settings.get(RawSettingsCheck.ADMIN_TOKEN) == null) {
      found.put(RawSettingsCheck.ADMIN_TOKEN, database.adminToken());
    }
  }

  /** Configuration is also read while the application is built; nothing may be started then. */
  private static boolean isBuild() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return loader != null && String.valueOf(loader).contains("Deployment Class Loader");
  }

  /** The agent has the same code, because {@code protocol} must not depend on SmallRye Config. */
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

  /** Returns null if only the application.properties of the build, or a default, sets the value. */
  private static String byUser(ConfigSourceContext context, String name) {
    ConfigValue value = context.getValue(name);
    return value == null || value.getConfigSourceOrdinal() <= APPLICATION_PROPERTIES
        ? null
        : value.getValue();
  }
}
