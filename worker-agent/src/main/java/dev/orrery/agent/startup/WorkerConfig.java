package dev.orrery.agent.startup;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What an agent runs, for whom, and where its scheduler is. */
@ConfigMapping(prefix = "orrery.worker")
public interface WorkerConfig {

  /**
   * Addresses of the scheduler, separated by commas: of the protocol http, or of the API, which is
   * asked for the former. Of several, the next is tried when one does not answer.
   */
  @WithDefault("http://localhost:10010")
  List<String> server();

  /** The app whose work is run. Required. */
  Optional<String> app();

  /** A token of that app with the scope {@code worker}. Required. */
  Optional<String> token();

  /** For people; need not be unique. Default: the name of the host. */
  Optional<String> name();

  /** The one protocol that is spoken with the scheduler; its name in any case. */
  @WithDefault("http")
  String protocol();

  /** How many attempts run at once, 1 to 500. */
  @WithDefault("20")
  int capacity();

  /** A job that requires tags runs only on agents that have them all. */
  Optional<List<String>> tags();

  /**
   * What this agent may run: {@code noop}, {@code http}, {@code java} (the plugins), {@code shell},
   * which runs whatever a job says and so is never a default.
   */
  @WithDefault("noop,http,java")
  List<String> processors();

  /**
   * Plugins: each jar in this directory, and each subdirectory with its jars, is one with a class
   * loader of its own. Read once, when the agent starts. Default: no plugins.
   */
  Optional<Path> pluginDir();

  /** Where attempts get directories of their own; default: a temporary one. */
  Optional<Path> workDir();

  /** How long running attempts may take to end when the agent is told to stop. */
  @WithDefault("30s")
  Duration drainTimeout();

  /** How long an attempt may take to end when it is stopped (TERM), before it is killed (KILL). */
  @WithDefault("10s")
  Duration killGrace();
}
