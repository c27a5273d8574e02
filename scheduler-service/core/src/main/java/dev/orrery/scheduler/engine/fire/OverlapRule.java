package dev.orrery.scheduler.engine.fire;

import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.job.document.OverlapPolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Applies the overlap policy to the fires of one job, in the order of their fire times. This is a
 * pure rule.
 */
final class OverlapRule {
  static final int MAX_QUEUED = 1000;

  private final OverlapPolicy policy;
  private final Function<Instant, Instant> dueAt;
  private final List<Fire> fires = new ArrayList<>();
  private boolean active;
  private int queued;
  private boolean started;
  private boolean cancelsActive;

  /**
   * @param before the active instances before the first fire
   * @param dueAt adds the jitter to a fire time
   */
  OverlapRule(OverlapPolicy policy, ActiveInstanceCount before, Function<Instant, Instant> dueAt) {
    this.policy = policy;
    this.active = before.any();
    this.queued = before.queued();
    this.dueAt = dueAt;
  }

  List<Fire> fires() {
    return List.copyOf(fires);
  }

  boolean started() {
    return started;
  }

  /** Returns true if the instances that were active before the first fire must be canceled. */
  boolean cancelsActive() {
    return cancelsActive;
  }

  void add(Instant fireTime, boolean last) {
    if (policy == OverlapPolicy.CANCEL_RUNNING && !last) {
      // The next fire would cancel this instance before any worker could start it.
      fires.add(new Fire.Replaced(fireTime));
    } else if (!active || policy == OverlapPolicy.ALLOW) {
      start(fireTime, false);
    } else {
      overlap(fireTime);
    }
  }

  private void overlap(Instant fireTime) {
    switch (policy) {
      case ALLOW -> throw new IllegalStateException("Nothing overlaps");
      case SKIP -> skip(fireTime, EndReason.OVERLAP);
      case QUEUE_ONE -> queue(fireTime, 1, EndReason.OVERLAP);
      case QUEUE_ALL -> queue(fireTime, MAX_QUEUED, EndReason.QUEUE_FULL);
      case CANCEL_RUNNING -> {
        cancelsActive = true;
        start(fireTime, true);
      }
    }
  }

  private void queue(Instant fireTime, int most, EndReason otherwise) {
    if (queued < most) {
      queued++;
      start(fireTime, true);
    } else {
      skip(fireTime, otherwise);
    }
  }

  private void start(Instant fireTime, boolean asQueued) {
    fires.add(new Fire.Start(fireTime, dueAt.apply(fireTime), asQueued));
    active = true;
    started = true;
  }

  private void skip(Instant fireTime, EndReason reason) {
    fires.add(new Fire.Overlapped(fireTime, reason));
  }
}
