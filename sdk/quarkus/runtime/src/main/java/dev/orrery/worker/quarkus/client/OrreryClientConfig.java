package dev.orrery.worker.quarkus.client;

import dev.orrery.worker.binding.client.ClientProperties;
import io.quarkus.runtime.annotations.ConfigPhase;
import io.quarkus.runtime.annotations.ConfigRoot;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Runtime settings of the client in a Quarkus application. */
@ConfigMapping(prefix = ClientProperties.PREFIX)
@ConfigRoot(phase = ConfigPhase.RUN_TIME)
public interface OrreryClientConfig {

  /** App whose jobs this application runs by the client. Default: that of the worker. */
  Optional<String> app();

  /**
   * Token of that app with the role operator, or declare to run declared jobs only. This or
   * token-file is required where the client is injected, or there are required jobs.
   */
  Optional<String> token();

  /** File that contains the token and nothing else. Read at each call. */
  Optional<Path> tokenFile();

  /**
   * Addresses of the scheduler's API. If one does not answer, the client tries the next. Default:
   * http://localhost:7700.
   */
  Optional<List<String>> server();

  /** Time that one response may take. */
  @WithDefault("30s")
  Duration callTimeout();

  /**
   * Jobs that this application submits, at most 100 names: if one does not exist in the app, the
   * start fails. Jobs that it declares itself count as existing. If the scheduler does not answer,
   * the application starts with a warning.
   */
  Optional<List<String>> requiredJobs();

  /**
   * Whether runs of OrreryOutbox are submitted from the table orrery_outbox of the application's
   * database.
   */
  @WithDefault("false")
  boolean outbox();

  /** Name of the data source with that table. Default: the one without a name. */
  Optional<String> outboxDataSource();

  /**
   * Name of a TLS configuration, quarkus.tls.NAME, with the trust, and perhaps the certificate, for
   * https. Default: that of the JVM.
   */
  Optional<String> tlsConfigurationName();

  /**
   * Whether each submission within a span is a span, whose trace the runs continue; if the
   * application has quarkus-opentelemetry.
   */
  @WithDefault("true")
  boolean tracing();

  /** Time for which a call is repeated while the scheduler is away or overloaded; 0 for never. */
  @WithDefault("60s")
  Duration retryTimeout();
}
