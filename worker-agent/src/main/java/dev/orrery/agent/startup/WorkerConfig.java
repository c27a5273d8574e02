package dev.orrery.agent.startup;

import dev.orrery.protocol.port.PortPlan;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Settings of the agent's worker: its processors, its app, and its scheduler. */
@ConfigMapping(prefix = "orrery.worker")
public interface WorkerConfig {

  /**
   * Addresses of the scheduler, separated by commas: of the protocol http, or of the API, which is
   * asked where the protocol is. Of several, the next is tried when one does not answer. Default:
   * {@code http://localhost:10010} with the protocol http, and {@code http://localhost:7700} with
   * akka, whose schedulers may have no other port that can be asked.
   */
  Optional<List<String>> server();

  /** The app whose work is run. Required. */
  Optional<String> app();

  /** A token of that app with the scope {@code worker}. Required. */
  Optional<String> token();

  /** For people; need not be unique. Default: the name of the host. */
  Optional<String> name();

  /** The one protocol that is spoken with the scheduler; its name in any case. */
  @WithDefault("http")
  String protocol();

  /** The protocol {@code akka}. */
  Akka akka();

  /** The protocol {@code akka}. */
  interface Akka {

    /** Port that the scheduler dials to send responses. 0: any free port. */
    @WithDefault("" + PortPlan.WORKER)
    int port();

    /** Address to bind. */
    @WithDefault("0.0.0.0")
    String host();

    /**
     * Host under which the scheduler reaches this agent. Default: the address that is bound, or the
     * local address of the connection to the scheduler. Other machines need allowed networks or
     * TLS.
     */
    Optional<String> advertisedHost();

    /**
     * Networks such as {@code 10.0.0.0/8}, separated by commas, that are heard and dialled;
     * default: this machine only, or with TLS any.
     */
    Optional<List<String>> allowedNetworks();

    /**
     * Name of a {@code quarkus.tls} configuration with a key store and a trust store, for mutual
     * TLS with the scheduler; default: no TLS.
     */
    Optional<String> tls();
  }

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
  Duration killGracePeriod();
}
