package dev.orrery.scheduler.database;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** The database that the service brings itself, used where no other is given. */
@ConfigMapping(prefix = "orrery.database")
public interface DatabaseConfig {

  /**
   * Whether an embedded PostgreSQL is started when {@code quarkus.datasource.jdbc.url} is absent.
   * With {@code false} the service then refuses to start.
   */
  @WithDefault("true")
  boolean embedded();

  /** Port of the embedded server on the loopback interface; 0 means any free one. */
  @WithDefault("0")
  int port();

  /**
   * Where the embedded server's programs are unpacked; default: {@code server} in the data
   * directory.
   */
  Optional<Path> serverDir();
}
