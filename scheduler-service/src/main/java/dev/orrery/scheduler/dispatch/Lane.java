package dev.orrery.scheduler.dispatch;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * A lane, and what this replica believes of it: whether something in it may be ready. The belief
 * only saves statements; the database is looked at again once a second.
 */
final class Lane {
  private final int id;
  private final int appId;
  private final String processor;
  private final List<String> requiredTags;
  private final Set<Integer> priorities = new ConcurrentSkipListSet<>();
  private boolean mayBeReady = true;
  private long hints;

  Lane(int id, int appId, String processor, List<String> requiredTags) {
    this.id = id;
    this.appId = appId;
    this.processor = processor;
    this.requiredTags = List.copyOf(requiredTags);
  }

  int id() {
    return id;
  }

  int appId() {
    return appId;
  }

  String processor() {
    return processor;
  }

  List<String> requiredTags() {
    return requiredTags;
  }

  /** The priorities that jobs of this lane have or had, ascending. */
  Set<Integer> priorities() {
    return priorities;
  }

  synchronized void hint() {
    mayBeReady = true;
    hints++;
  }

  synchronized boolean mayBeReady() {
    return mayBeReady;
  }

  /** To be remembered before a claim, for {@link #foundEmpty}. */
  synchronized long hints() {
    return hints;
  }

  /** A claim has found nothing more; that counts only if no hint came while it was under way. */
  synchronized void foundEmpty(long hintsBefore) {
    if (hints == hintsBefore) {
      mayBeReady = false;
    }
  }
}
