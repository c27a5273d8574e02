package dev.orrery.worker.quarkus.deployment;

import dev.orrery.worker.test.scheduler.ApplicationSettings;
import dev.orrery.worker.test.scheduler.LocalScheduler;
import java.nio.file.Path;
import java.util.Map;

/**
 * A running scheduler for a session of dev mode, or for the tests of an application.
 *
 * @param settings with which the application connects to it
 */
record DevScheduler(Place place, LocalScheduler scheduler, Map<String, String> settings)
    implements AutoCloseable {

  /**
   * What a restart of the application does not change.
   *
   * @param home of the packaged scheduler
   * @param parent of the directory of its data
   * @param app of the worker
   */
  record Place(Path home, Path parent, String app) {}

  static DevScheduler start(Place place) {
    LocalScheduler scheduler = LocalScheduler.start(place.home(), Map.of(), place.parent());
    try {
      return new DevScheduler(place, scheduler, ApplicationSettings.of(scheduler, place.app()));
    } catch (RuntimeException e) {
      scheduler.close();
      throw e;
    }
  }

  @Override
  public void close() {
    scheduler.close();
  }

  /** Leaves the tokens out. */
  @Override
  public String toString() {
    return "DevScheduler[" + place + ", console=" + scheduler.consoleUrl() + "]";
  }
}
