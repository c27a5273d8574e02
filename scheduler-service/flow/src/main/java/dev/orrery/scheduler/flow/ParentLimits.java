package dev.orrery.scheduler.flow;

/** Limits on the work of one transaction or reconciliation on parents. */
final class ParentLimits {
  /** Parents that one transaction starts. */
  static final int START_BATCH_SIZE = 50;

  /** Workers that get a part of one broadcast. */
  static final int MAX_SESSIONS = 10_000;

  /** After this many nodes one transaction starts no more flows. */
  static final int MAX_NODES_STORED = 2_000;

  /** Parents that one transaction locks. */
  static final int RECONCILE_BATCH_SIZE = 200;

  /** Parents whose apps one statement reads. */
  static final int SORT_BATCH_SIZE = 10_000;

  /** After this many nodes one transaction reads no more flows. */
  static final int MAX_NODES_READ = 4_000;

  /**
   * The sum of the nodes that one transaction starts and the results that it reads for them; apps
   * share it. A node has up to 64 KiB of parameters, a result up to 16 KiB.
   */
  static final int MAX_NODES_STARTED = 200;

  /** Parts of a parent that one reconciliation makes. */
  static final int PART_BATCH_SIZE = 1_000;

  /**
   * Parts of an app that wait for workers while several parents make parts. An instance that
   * becomes ready after them waits for no more than these.
   */
  static final int MAX_WAITING_PER_APP = 2_000;

  /** Parts of each parent that may wait for workers, however many parents share. */
  static final int MIN_WAITING = 20;

  /** Parts and nodes that one transaction cancels. */
  static final int CANCEL_BATCH_SIZE = 250;

  /** Parents whose parts and nodes one transaction cancels. */
  static final int MAX_PARENTS_STOPPED = 50;

  /** With a smaller tolerance, every reconciliation counts the failures. */
  static final int MAX_COUNTED_FAILURES = 100;

  private ParentLimits() {}
}
