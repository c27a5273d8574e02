package dev.orrery.worker.test.scheduler;

import java.util.Map;

/**
 * Creates the settings with which a Spring Boot or Quarkus application uses a {@link
 * LocalScheduler}: for its worker, the jobs that it declares, and its client.
 */
public final class ApplicationSettings {
  private ApplicationSettings() {}

  /**
   * Returns the values by name. Creates the app if it does not exist, and tokens of it.
   *
   * @param app whose jobs the application runs
   */
  public static Map<String, String> of(LocalScheduler scheduler, String app) {
    String operator = scheduler.newToken(app, "operator");
    return Map.of(
        "orrery.worker.app",
        app,
        "orrery.worker.server",
        scheduler.workerUrl(),
        "orrery.worker.token",
        scheduler.newToken(app, "worker"),
        "orrery.worker.declare-server",
        scheduler.url(),
        "orrery.worker.declare-token",
        operator,
        "orrery.client.app",
        app,
        "orrery.client.server",
        scheduler.url(),
        "orrery.client.token",
        operator);
  }
}
