package dev.orrery.scheduler.base.embedded;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.scheduler.base.lifecycle.ShutdownConfig;
import io.quarkus.runtime.configuration.DurationConverter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;

/**
 * Settings that the embedded database needs before anything else runs. The keys are documented in
 * {@link DatabaseConfig} and {@link DataDirConfig}.
 *
 * @param dataDir absolute; holds the server's data, its password and its logs
 * @param serverDir absolute; holds the server's unpacked programs
 * @param port 0 means any free one
 * @param serviceStops the time that the service may take to stop; its database must run until then
 */
public record EmbeddedOptions(Path dataDir, Path serverDir, int port, Duration serviceStops) {
  /** Time that a stop takes in addition to the configured times. */
  private static final Duration STOP_MARGIN = Duration.ofSeconds(10);

  /** Reads the settings from raw configuration values; a missing one is null. */
  public static EmbeddedOptions from(Function<String, String> values) {
    Path dataDir =
        Path.of(valueOr(values, "orrery.data-dir", DataDirConfig.DEFAULT_PATH)).toAbsolutePath();
    String serverDir = valueOr(values, "orrery.database.server-dir", null);
    return new EmbeddedOptions(
        dataDir.normalize(),
        serverDir == null ? dataDir.resolve("server") : Path.of(serverDir).toAbsolutePath(),
        port(valueOr(values, "orrery.database.port", DatabaseConfig.DEFAULT_PORT)),
        duration(valueOr(values, "orrery.shutdown.delay", "0s"))
            .plus(
                duration(
                    valueOr(values, "orrery.shutdown.timeout", ShutdownConfig.DEFAULT_TIMEOUT)))
            .plus(STOP_MARGIN));
  }

  /**
   * Returns true if no other service can use the unpacked programs: they are in the data directory,
   * which is locked, and not behind a link that leads out of it. Both directories must exist.
   */
  boolean ownsServerDir() throws IOException {
    return serverDir.toRealPath().startsWith(dataDir.toRealPath());
  }

  private static Duration duration(String value) {
    try {
      return DurationConverter.parseDuration(value.strip());
    } catch (IllegalArgumentException e) {
      // The service refuses to start with this value, and reports the reason.
      return Duration.ZERO;
    }
  }

  private static int port(String value) {
    try {
      int port = Integer.parseInt(value.strip());
      if (port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Refused below, together with numbers out of range.
    }
    throw new StartupException(
        "orrery.database.port is '" + value + "'; set a port, or 0 for any free one.");
  }

  private static String valueOr(Function<String, String> values, String key, String otherwise) {
    String value = values.apply(key);
    return value == null || value.isBlank() ? otherwise : value;
  }
}
