package dev.orrery.scheduler.quota;

import java.util.concurrent.atomic.AtomicBoolean;

/** The weight that an app holds of a share until it is released. */
public final class SharePlace {
  private final AppShare share;
  private final int app;
  private final long weight;
  private final AtomicBoolean released = new AtomicBoolean();

  SharePlace(AppShare share, int app, long weight) {
    this.share = share;
    this.app = app;
    this.weight = weight;
  }

  public int app() {
    return app;
  }

  /** Returns the weight to the share. Only the first call has an effect. */
  public void release() {
    if (released.compareAndSet(false, true)) {
      share.giveBack(app, weight);
    }
  }
}
