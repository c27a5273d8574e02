package dev.orrery.agent.startup;

import dev.orrery.protocol.startup.AliasedSettings;
import dev.orrery.protocol.startup.FrameworkSettings;
import dev.orrery.protocol.startup.Program;
import dev.orrery.protocol.startup.SettingsCheck;
import dev.orrery.protocol.startup.WrittenSetting;
import dev.orrery.protocol.transport.TransportModule;
import dev.orrery.service.RawConfig;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.PropertiesConfigSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jboss.logging.Logger;

/**
 * Checks the raw configuration before any extension reads it. It rejects invalid settings, and adds
 * values that were set under PowerJob's names.
 */
public final class StartupConfigSourceFactory implements ConfigSourceFactory {
  private static final Logger LOG = Logger.getLogger(StartupConfigSourceFactory.class);

  @Override
  public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
    if (RawConfig.isBuild()) {
      return List.of();
    }
    RawConfig config = new RawConfig(context, Program.AGENT);
    AliasedSettings given = WorkerAliases.over(config::value, config::byUser);
    if (!config.hasProfile("test")) {
      // A JVM that runs tests has the build's own properties of that prefix.
      List<WrittenSetting> written = config.written();
      new SettingsCheck(Program.AGENT, RawConfig::isDuration)
          .check(written, given)
          .forEach(LOG::warn);
      FrameworkSettings.warnings(written).forEach(LOG::warn);
    }
    PropertiesConfigSource translated =
        new PropertiesConfigSource(
            given.translated(), "orrery-startup", RawConfig.ABOVE_APPLICATION_PROPERTIES);
    WorkerConfigCheck.protocol(given.given(WorkerAliases.PROTOCOL), TransportModule::isAvailable);
    List<ConfigSource> sources = new ArrayList<>(config.secrets());
    sources.add(translated);
    return sources;
  }

  @Override
  public OptionalInt getPriority() {
    return OptionalInt.of(RawConfig.ABOVE_APPLICATION_PROPERTIES);
  }
}
