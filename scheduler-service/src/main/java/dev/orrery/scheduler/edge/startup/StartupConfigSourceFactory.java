package dev.orrery.scheduler.edge.startup;

import dev.orrery.protocol.startup.AliasedSettings;
import dev.orrery.protocol.startup.FrameworkSettings;
import dev.orrery.protocol.startup.Program;
import dev.orrery.protocol.startup.SettingsCheck;
import dev.orrery.protocol.startup.WrittenSetting;
import dev.orrery.protocol.transport.TransportModule;
import dev.orrery.scheduler.base.embedded.EmbeddedDatabase;
import dev.orrery.scheduler.base.embedded.EmbeddedDatabase.Access;
import dev.orrery.scheduler.base.embedded.EmbeddedOptions;
import dev.orrery.scheduler.engine.agreement.DialectModule;
import dev.orrery.service.RawConfig;
import io.quarkus.runtime.ImageMode;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.PropertiesConfigSource;
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

  @Override
  public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
    if (RawConfig.isBuild()) {
      return List.of();
    }
    RawConfig config = new RawConfig(context, Program.SCHEDULER);
    AliasedSettings given = SchedulerAliases.over(config::value, config::byUser);
    List<WrittenSetting> written = config.written();
    if (!config.hasProfile("test")) {
      // In tests, the JVM also has properties of the build with this prefix.
      new SettingsCheck(Program.SCHEDULER, RawConfig::isDuration)
          .check(written, given)
          .forEach(LOG::warn);
    }
    Map<String, String> found = new HashMap<>(given.translated());
    PreflightConfigCheck settings =
        new PreflightConfigCheck(given, TransportModule::isAvailable, DialectModule.all());
    settings.check();
    settings.requireGateway(written);
    if (settings.get(URL) == null) {
      settings.requireNoExternalMeant(written);
    }
    FrameworkSettings.warnings(written).forEach(LOG::warn);
    if (config.hasProfile("prod")) {
      // Tests and development choose their own ports.
      settings.requireFreePorts();
    }
    if (settings.shutdownDelay() != null) {
      found.put(PreflightConfigCheck.SHUTDOWN_DELAY, settings.shutdownDelay());
    }
    if (settings.get(URL) == null) {
      startEmbedded(settings, found);
    } else {
      settings.requireAdminToken();
    }
    List<ConfigSource> sources = new ArrayList<>(config.secrets());
    sources.add(
        new PropertiesConfigSource(
            found, "orrery-startup", RawConfig.ABOVE_APPLICATION_PROPERTIES));
    return sources;
  }

  @Override
  public OptionalInt getPriority() {
    return OptionalInt.of(RawConfig.ABOVE_APPLICATION_PROPERTIES);
  }

  private static void startEmbedded(PreflightConfigCheck settings, Map<String, String> found) {
    settings.requireEmbedded(ImageMode.current() == ImageMode.NATIVE_RUN);
    Access database =
        EmbeddedDatabase.running(
            EmbeddedOptions.from(settings::get), settings.get(PreflightConfigCheck.ADMIN_TOKEN));
    found.put(URL, database.url());
    found.put("quarkus.datasource.username", database.user());
    found.put("quarkus.datasource.password", database.password());
    if (settings.get(PreflightConfigCheck.ADMIN_TOKEN) == null) {
      found.put(PreflightConfigCheck.ADMIN_TOKEN, database.adminToken());
    }
  }
}
