package dev.orrery.scheduler.powerjob.app;

import dev.orrery.powerjob.WorkerSelector;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role;
import java.util.List;

/**
 * An app that is open to PowerJob workers, and to clients if it has a password.
 *
 * @param id of the app, which PowerJob workers send as {@code appId}
 * @param app its name
 * @param name the name that workers send
 * @param runsHeavyJobs whether a job of it was ever BROADCAST, MAP or MAP_REDUCE
 * @param selectors the newest selectors of its jobs
 */
public record OpenedApp(
    int id, String app, String name, boolean runsHeavyJobs, List<WorkerSelector> selectors) {

  /** The caller as which the gateway polls and reports for workers of the app. */
  public Caller caller() {
    return new Caller(Role.WORKER, id, app);
  }

  /** The caller as which programs with PowerJob's client read and write. */
  public Caller client() {
    return new Caller(Role.OPERATOR, id, app);
  }
}
