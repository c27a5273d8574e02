package dev.orrery.scheduler.database.embedded;

import dev.orrery.protocol.startup.Refusal;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * What the embedded database needs to know before anything else runs; the keys are documented in
 * {@link dev.orrery.scheduler.database.DatabaseConfig} and {@link
 * dev.orrery.scheduler.startup.DataDirConfig}.
 *
 * @param dataDir absolute; holds the server's data, its password and its logs
 * @param serverDir absolute; where the server's programs are unpacked
 * @param port 0 means any free one
 */
public record EmbeddedSettings(Path dataDir, Path serverDir, int port) {

  /** Reads the settings from raw configuration values; a missing one is null. */
  public static EmbeddedSettings from(Function<String, String> values) {
    Path dataDir = Path.of(valueOr(values, "orrery.data-dir", ".orrery/data")).toAbsolutePath();
    String serverDir = valueOr(values, "orrery.database.server-dir", null);
    return new EmbeddedSettings(
        dataDir.normalize(),
        serverDir == null ? dataDir.resolve("server") : Path.of(serverDir).toAbsolutePath(),
        port(valueOr(values, "orrery.database.port", "0")));
  }

  private static int port(String value) {
    try {
      int port = Integer.parseInt(value.strip());
      if (port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Answered below, together with numbers out of range.
    }
    throw new Refusal(
        "orrery.database.port is '" + value + "'; set a port, or 0 for any free one.");
  }

  private static String valueOr(Function<String, String> values, String key, String otherwise) {
    String value = values.apply(key);
    return value == null || value.isBlank() ? otherwise : value;
  }
}
