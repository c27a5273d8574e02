package dev.orrery.worker.binding.setting;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The settings of one worker: the values of {@code orrery.worker.*}, or of {@code
 * orrery.worker.named.NAME.*}. A value that is not set is null, or an empty list.
 */
public interface WorkerProperties {
  /** Before the name of each setting. */
  String PREFIX = "orrery.worker";

  /**
   * Returns what is before the names of the settings of a worker, with the dot.
   *
   * @param worker its name; may be empty
   */
  static String prefix(String worker) {
    return worker.isEmpty() ? PREFIX + "." : PREFIX + ".named." + worker + ".";
  }

  String app();

  String token();

  Path tokenFile();

  List<String> server();

  String name();

  int capacity();

  List<String> tags();

  Duration drainTimeout();

  Duration killGracePeriod();

  String protocol();

  /** Null for the default of the platform. */
  Boolean virtualThreads();

  /** The name of what the platform has for TLS; null for that of the JVM. */
  String tlsName();

  boolean declareJobs();

  List<URI> declareServer();

  String declareToken();

  Path declareTokenFile();

  String declareOwner();

  String declareVersion();

  boolean declarePrune();

  boolean declareHealth();

  boolean declareDryRun();

  /** Returns true if a token is set, so that these settings are those of a worker. */
  default boolean hasToken() {
    return tokenFile() != null || (token() != null && !token().isBlank());
  }
}
