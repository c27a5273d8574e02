package dev.orrery.scheduler.logs;

import dev.orrery.scheduler.share.AppShare;
import java.util.concurrent.atomic.AtomicBoolean;

/** One of the places for clients that follow logs. */
final class FollowerPlace {
  private final AppShare places;
  private final int app;
  private final AtomicBoolean given = new AtomicBoolean();

  private FollowerPlace(AppShare places, int app) {
    this.places = places;
    this.app = app;
  }

  /** Returns null if none is left for the app. */
  static FollowerPlace take(AppShare places, int app) {
    return places.take(app, 1) ? new FollowerPlace(places, app) : null;
  }

  int app() {
    return app;
  }

  /** Gives the place back; further calls do nothing. */
  void giveBack() {
    if (given.compareAndSet(false, true)) {
      places.giveBack(app, 1);
    }
  }
}
