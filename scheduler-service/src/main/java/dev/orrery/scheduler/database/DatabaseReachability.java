package dev.orrery.scheduler.database;

import jakarta.enterprise.context.ApplicationScoped;

/**
 * The result of the last query of the due-work loop, which sets it. A query without an answer fails
 * after {@code socketTimeout} of the engine's pool, in application.properties.
 */
@ApplicationScoped
public class DatabaseReachability {
  private volatile boolean reachable = true;

  public boolean isReachable() {
    return reachable;
  }

  public void set(boolean reachable) {
    this.reachable = reachable;
  }
}
