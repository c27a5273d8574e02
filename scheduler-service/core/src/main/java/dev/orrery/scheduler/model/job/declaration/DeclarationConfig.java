package dev.orrery.scheduler.model.job.declaration;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings for jobs that applications declare. */
@ConfigMapping(prefix = "orrery.declarations")
public interface DeclarationConfig {

  /**
   * Time after which a job is disabled that the declaration in force of its owner lacks, if no
   * connected worker offers its processor.
   */
  @WithDefault("24h")
  Duration grace();

  /**
   * Time without a process that declares the version in force, after which an older version may
   * take its place; at least two minutes, because processes declare their version each minute.
   */
  @WithDefault("3m")
  Duration versionTimeout();
}
