package dev.orrery.scheduler.dispatch;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A lane, and what this replica believes of it: whether something in it may be ready. The belief
 * only saves statements; the database is looked at again once a second.
 */
final class Lane {
  private final int id;
  private final int appId;
  private final String processor;
  private final List<String> requiredTags;
  private final Map<Integer, ClaimCursor> marks = new ConcurrentSkipListMap<>();
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
    return marks.keySet();
  }

  /** Gives true if no job of this lane was known to have it. */
  boolean addPriority(int priority) {
    return marks.putIfAbsent(priority, new ClaimCursor()) == null;
  }

  ClaimCursor mark(int priority) {
    return marks.get(priority);
  }

  /** Something is ready that became due just now. */
  synchronized void hintFresh() {
    mayBeReady = true;
    hints++;
  }

  /** Something is ready, whenever it became due. */
  void hint() {
    marks.values().forEach(ClaimCursor::rewind);
    hintFresh();
  }

  /** Whether a hint came that no claim has followed everywhere yet. */
  boolean awaitsLookAtAll() {
    return marks.values().stream().anyMatch(ClaimCursor::awaitsLookAtAll);
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
