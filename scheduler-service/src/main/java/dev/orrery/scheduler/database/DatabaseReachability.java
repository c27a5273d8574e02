package dev.orrery.scheduler.database;

import jakarta.enterprise.context.ApplicationScoped;

/** Tells whether the database answered the last query of the due-work loop, which sets it. */
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
