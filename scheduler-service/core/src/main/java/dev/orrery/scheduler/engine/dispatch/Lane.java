package dev.orrery.scheduler.engine.dispatch;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A lane, and whether it may have ready instances. This is only a hint that avoids queries: the
 * due-work loop queries lanes that count as empty once a second.
 */
final class Lane {
  private final int id;
  private final int appId;
  private final String processor;
  private final List<String> requiredTags;
  private final Map<Integer, ClaimCursor> cursors = new ConcurrentSkipListMap<>();
  private boolean mayBeReady = true;
  private long wakeUps;

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

  /** Returns whether both are read from the same row. */
  boolean isSameAs(Lane other) {
    return id == other.id
        && appId == other.appId
        && processor.equals(other.processor)
        && requiredTags.equals(other.requiredTags);
  }

  @Override
  public String toString() {
    return "app %d, %s, tags %s".formatted(appId, processor, requiredTags);
  }

  /** Returns the priorities that jobs of this lane have or had, ascending. */
  Set<Integer> priorities() {
    return cursors.keySet();
  }

  /** Adds a priority of jobs of this lane. Returns true if it is new. */
  boolean addPriority(int priority) {
    return cursors.putIfAbsent(priority, new ClaimCursor()) == null;
  }

  ClaimCursor cursor(int priority) {
    return cursors.get(priority);
  }

  /**
   * Wakes the lane for instances that became due within {@link
   * dev.orrery.scheduler.base.hint.HintBus#JUST_NOW}.
   */
  synchronized void wakeNew() {
    mayBeReady = true;
    wakeUps++;
  }

  /** Wakes the lane for instances that became due at any time. */
  void wake() {
    cursors.values().forEach(ClaimCursor::rewind);
    wakeNew();
  }

  /** Returns whether a wake-up waits for a full scan of some priority. */
  boolean awaitsFullScan() {
    return cursors.values().stream().anyMatch(ClaimCursor::awaitsFullScan);
  }

  synchronized boolean mayBeReady() {
    return mayBeReady;
  }

  /** Returns the number of wake-ups, which a claim reads before its statement. */
  synchronized long wakeUps() {
    return wakeUps;
  }

  /**
   * Records that a claim has found no more instances. The lane counts as empty, unless it was woken
   * during the claim.
   *
   * @param wakeUpsBefore {@link #wakeUps} before the statement
   */
  synchronized void markEmpty(long wakeUpsBefore) {
    if (wakeUps == wakeUpsBefore) {
      mayBeReady = false;
    }
  }
}
