package dev.orrery.worker.quarkus;

import io.quarkus.runtime.annotations.ConfigGroup;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Runtime settings of one worker. */
@ConfigGroup
public interface WorkerConfig {

  /** App whose jobs this application runs. Required. */
  Optional<String> app();

  /** Token of that app with the role worker. This or token-file is required. */
  Optional<String> token();

  /** File that contains the token and nothing else. A new token in it counts within a second. */
  Optional<Path> tokenFile();

  /**
   * Addresses of the scheduler, of the protocol http or of the API. If one does not answer, the
   * worker tries the next. Default: http://localhost:10010.
   */
  Optional<List<String>> server();

  /**
   * Display name of the worker; need not be unique. Default: quarkus.application.name and the name
   * of the host.
   */
  Optional<String> name();

  /** Maximum runs at once, 1 to 500. */
  @WithDefault("20")
  int capacity();

  /** Whether to run each attempt on a virtual thread. Needs JDK 21. */
  @WithDefault("false")
  boolean virtualThreads();

  /** Tags of this worker. A job with required tags runs only on workers that have them all. */
  Optional<List<String>> tags();

  /** Time that running jobs have to end when the application stops. */
  @WithDefault("30s")
  Duration drainTimeout();

  /** Time that a stopped job has to end before the worker gives it up. */
  @WithDefault("10s")
  Duration killGracePeriod();

  /**
   * Protocol to use with the scheduler. Others than http need a bean of the type
   * OrreryWorkerCustomizer.
   */
  @WithDefault("http")
  String protocol();

  /**
   * Name of a TLS configuration, quarkus.tls.NAME, with the trust, and perhaps the certificate, for
   * https: of the worker, and of the calls that declare jobs. Default: that of the JVM.
   */
  Optional<String> tlsConfigurationName();

  /**
   * Whether to declare the @OrrerySchedule jobs at startup. A day after a job is no longer
   * declared, the scheduler disables it, but does not delete it.
   */
  @WithDefault("false")
  boolean declareJobs();

  /**
   * Addresses of the scheduler's API, to which the jobs are applied. If one does not answer, the
   * next is tried. Default: the hosts of server, at port 7700 instead of 10010.
   */
  Optional<List<URI>> declareServer();

  /**
   * Token of the app with the role declare, which applies the jobs; declare-prune needs the role
   * operator. Required with declare-jobs; the worker's token may not write jobs.
   */
  Optional<String> declareToken();

  /**
   * File that contains that token and nothing else. A new token in it counts from the next call on.
   */
  Optional<Path> declareTokenFile();

  /**
   * Owner of the jobs that are applied. Default: code. and the name of the application, which all
   * its processes share.
   */
  Optional<String> declareOwner();

  /**
   * Version of the jobs: a whole number, such as that of a build, or an instant. While processes of
   * a newer version run, an older one changes no job. Default: the time of the build.
   */
  Optional<String> declareVersion();

  /**
   * Whether to delete jobs of the same owner that are no longer declared, and their waiting runs.
   */
  @WithDefault("false")
  boolean declarePrune();

  /**
   * Whether the health is down while the scheduler refuses the declared jobs; its data say so in
   * any case.
   */
  @WithDefault("false")
  boolean declareHealth();

  /** Whether the log only shows what the declaration would change. */
  @WithDefault("false")
  boolean declareDryRun();
}
