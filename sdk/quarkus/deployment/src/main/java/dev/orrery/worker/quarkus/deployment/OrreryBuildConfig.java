package dev.orrery.worker.quarkus.deployment;

import io.quarkus.runtime.annotations.ConfigPhase;
import io.quarkus.runtime.annotations.ConfigRoot;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.nio.file.Path;
import java.util.Optional;

/** Build-time settings of the Quarkus extension. */
@ConfigMapping(prefix = "quarkus.orrery")
@ConfigRoot(phase = ConfigPhase.BUILD_TIME)
public interface OrreryBuildConfig {

  /** Whether /q/health shows the worker, if the application has the extension smallrye-health. */
  @WithName("health.enabled")
  @WithDefault("true")
  boolean healthEnabled();

  /**
   * Whether the application is ready only while a scheduler accepts its worker. A scheduler that is
   * away then takes the application out of its balancer.
   */
  @WithName("health.readiness")
  @WithDefault("false")
  boolean healthReadiness();

  /** Whether the application has the metrics of the worker, if it has the extension micrometer. */
  @WithName("metrics.enabled")
  @WithDefault("true")
  boolean metricsEnabled();

  /**
   * Whether dev mode and tests start a packaged scheduler if neither a server nor a token is set.
   * Default: if the application runs a worker there.
   */
  @WithName("devservices.enabled")
  Optional<Boolean> devServicesEnabled();

  /**
   * Where that scheduler is: the directory of the unpacked archive of Orrery, its .tar.gz, or a
   * checkout with a build. Default: the variable ORRERY_HOME.
   */
  @WithName("devservices.home")
  Optional<Path> devServicesHome();
}
