package dev.orrery.worker.quarkus;

import dev.orrery.worker.binding.setting.WorkerProperties;
import io.quarkus.runtime.annotations.ConfigDocMapKey;
import io.quarkus.runtime.annotations.ConfigPhase;
import io.quarkus.runtime.annotations.ConfigRoot;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Runtime settings of the workers in a Quarkus application. */
@ConfigMapping(prefix = WorkerProperties.PREFIX)
@ConfigRoot(phase = ConfigPhase.RUN_TIME)
public interface OrreryWorkerConfig extends WorkerConfig {

  /** Whether this application runs a worker. Default: true, but false in tests. */
  Optional<Boolean> enabled();

  /** Whether what a job logs with the logging of the application is in the log of its run, too. */
  @WithDefault("false")
  boolean logCapture();

  /** Whether each run is a span, if the application has quarkus-opentelemetry. */
  @WithDefault("true")
  boolean tracing();

  /** Whether the start fails if the scheduler does not accept the worker in time. */
  @WithDefault("false")
  boolean failFast();

  /** Time that the scheduler has for it. */
  @WithDefault("30s")
  Duration failFastTimeout();

  /** Settings of further workers, by their names. */
  @ConfigDocMapKey("name")
  Map<String, WorkerConfig> named();
}
