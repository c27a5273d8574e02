package dev.orrery.worker.binding.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The values of {@code orrery.client.*}. What is not set is null, and a list is empty. */
public interface ClientProperties {
  /** Before the name of each setting. */
  String PREFIX = "orrery.client";

  String app();

  String token();

  Path tokenFile();

  List<String> server();

  Duration callTimeout();

  Duration retryTimeout();
}
