package dev.orrery.worker.binding.setting;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The values of {@code orrery.worker.*}. A value that is not set is null, or an empty list. */
public interface WorkerProperties {
  /** Before the name of each setting. */
  String PREFIX = "orrery.worker";

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

  boolean logCapture();

  boolean failFast();

  Duration failFastTimeout();

  boolean declareJobs();

  List<URI> declareServer();

  String declareToken();

  Path declareTokenFile();

  String declareOwner();

  String declareVersion();

  boolean declarePrune();

  boolean declareHealth();

  boolean declareDryRun();
}
