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
   * Addresses of the scheduler, separated by commas: of the protocol http, or of the API, which
   * returns the address of the protocol. If one does not answer, the agent tries the next. Default:
   * {@code http://localhost:10010} with the protocol http, and {@code http://localhost:7700} with
   * akka, because such a scheduler may not have the other port.
   */
  Optional<List<String>> server();

  /** The app whose jobs this agent runs. Required. */
  Optional<String> app();

  /**
   * A token of that app with the role {@code worker}. This or {@code orrery.worker.token-file} is
   * required.
   */
  Optional<String> token();

  /**
   * File that contains the token and nothing else, readable for its owner and group alone. Read
   * once, when the agent starts.
   */
  Optional<Path> tokenFile();

  /** A display name; need not be unique. Default: the name of the host. */
  Optional<String> name();

  /** The protocol to use with the scheduler; its name is case-insensitive. */
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
     * Networks such as {@code 10.0.0.0/8}, separated by commas, that may connect and be dialled;
     * default: only this machine, or any network with TLS.
     */
    Optional<List<String>> allowedNetworks();

    /**
     * Name of a {@code quarkus.tls} configuration with a key store and a trust store, for mutual
     * TLS with the scheduler; default: no TLS.
     */
    Optional<String> tls();
  }

  /** Maximum attempts that run at once, 1 to 500. */
  @WithDefault("20")
  int capacity();

  /** Tags of this agent. A job with required tags runs only on agents that have all of them. */
  Optional<List<String>> tags();

  /**
   * Processors that this agent offers: {@code noop}, {@code http}, {@code java} (the plugins), and
   * {@code shell}, which runs any command of a job and is therefore off by default.
   */
  @WithDefault("noop,http,java")
  List<String> processors();

  /**
   * Directory of the plugins. Each jar in it, and each subdirectory with its jars, is a plugin with
   * its own class loader. Read once, when the agent starts. Default: no plugins.
   */
  Optional<Path> pluginDir();

  /** Secrets that jobs name. */
  Secrets secrets();

  /** Secrets that jobs name. */
  interface Secrets {

    /**
     * Directory of the secrets that jobs may use, one file for each: by the placeholder {@code
     * secret.NAME} in {@code http}, by {@code secrets} in {@code shell}. All jobs of the app may
     * use all of them. Read at each attempt. Default: no secrets.
     */
    Optional<Path> dir();
  }

  /** Directory for the work directories of attempts; default: a temporary one. */
  Optional<Path> workDir();

  /** Time that running attempts have to end when the agent stops. */
  @WithDefault("30s")
  Duration drainTimeout();

  /** Time that a stopped attempt (TERM) has to end before it is killed (KILL). */
  @WithDefault("10s")
  Duration killGracePeriod();
}
