package dev.orrery.worker.binding.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The values of {@code orrery.client.*}. A value that is not set is null, or an empty list. */
public record ClientProperties(
    String app,
    String token,
    Path tokenFile,
    List<String> server,
    Duration callTimeout,
    Duration retryTimeout) {
  /** Before the name of each setting. */
  public static final String PREFIX = "orrery.client";

  public ClientProperties {
    server = List.copyOf(server);
  }

  /** Leaves the token out. */
  @Override
  public String toString() {
    return "ClientProperties[app=" + app + ", server=" + server + "]";
  }
}
