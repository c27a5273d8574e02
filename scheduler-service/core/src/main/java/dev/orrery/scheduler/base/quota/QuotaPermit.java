package dev.orrery.scheduler.base.quota;

import java.util.concurrent.atomic.AtomicBoolean;

/** The weight that an app holds of a quota until it is released. */
public final class QuotaPermit {
  private final AppQuota quota;
  private final int app;
  private final long weight;
  private final AtomicBoolean released = new AtomicBoolean();

  QuotaPermit(AppQuota quota, int app, long weight) {
    this.quota = quota;
    this.app = app;
    this.weight = weight;
  }

  public int app() {
    return app;
  }

  /** Returns the weight to the quota. Only the first call has an effect. */
  public void release() {
    if (released.compareAndSet(false, true)) {
      quota.release(app, weight);
    }
  }
}
