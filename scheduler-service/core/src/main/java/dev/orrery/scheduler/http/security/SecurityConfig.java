package dev.orrery.scheduler.http.security;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** Settings for the admin token. */
@ConfigMapping(prefix = "orrery.security")
public interface SecurityConfig {

  /**
   * The token with the role admin. With the embedded database, the first start generates one in the
   * file {@code admin-token} of the data directory; with an external database it must be set. A
   * token that is set is written to no file, and a file with another one is removed.
   */
  String adminToken();

  /**
   * File that contains the admin token and nothing else, readable for its owner and group alone.
   * Read once, when the scheduler starts.
   */
  Optional<Path> adminTokenFile();
}
