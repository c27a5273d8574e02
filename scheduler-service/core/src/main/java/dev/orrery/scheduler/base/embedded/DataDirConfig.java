package dev.orrery.scheduler.base.embedded;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** The directory in which the service keeps files. */
@ConfigMapping(prefix = "orrery.data-dir")
public interface DataDirConfig {
  String DEFAULT_PATH = ".orrery/data";

  /**
   * Directory of the embedded database, of generated secrets and of the server's logs. Relative
   * paths count from the working directory. Only one service at a time can use it.
   */
  @WithDefault(DEFAULT_PATH)
  @io.smallrye.config.WithParentName
  Path path();
}
