package dev.orrery.scheduler.base.embedded;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** The embedded database, used if no other is configured. */
@ConfigMapping(prefix = "orrery.database")
public interface DatabaseConfig {
  String DEFAULT_PORT = "0";

  /**
   * With {@code true} the service starts an embedded PostgreSQL if {@code
   * quarkus.datasource.jdbc.url} is absent; otherwise it refuses to start without that URL.
   */
  @WithDefault("true")
  boolean embedded();

  /** Port of the embedded server on the loopback interface; 0 means any free one. */
  @WithDefault(DEFAULT_PORT)
  int port();

  /**
   * Directory into which the programs of the embedded server are unpacked; default: {@code server}
   * in the data directory.
   */
  Optional<Path> serverDir();
}
