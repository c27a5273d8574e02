package dev.orrery.scheduler.flow;

/** Bounds of the work on parents. */
final class ParentLimits {
  /** Parents that one transaction starts. */
  static final int STARTED_AT_ONCE = 50;

  /** Workers that get a part of one broadcast. */
  static final int SESSIONS = 10_000;

  /** After this many nodes one transaction starts no more flows. */
  static final int NODES_STORED_AT_ONCE = 2_000;

  /** Parents that one transaction locks. */
  static final int LOOKED_AT_ONCE = 200;

  /** Parents whose apps one statement reads. */
  static final int SORTED_AT_ONCE = 10_000;

  /** After this many nodes one transaction reads no more flows. */
  static final int NODES_READ_AT_ONCE = 4_000;

  /**
   * The sum of the nodes that one transaction starts and the results that it reads for them; apps
   * share it. A node has up to 64 KiB of parameters, a result up to 16 KiB.
   */
  static final int NODES_AT_ONCE = 200;

  /** Parts of a parent that one reconciliation makes. */
  static final int MADE_AT_ONCE = 1_000;

  /**
   * Parts of an app that wait for workers while several parents make parts. An instance that
   * becomes ready after them waits for no more than these.
   */
  static final int WAITING_OF_APP = 2_000;

  /** Parts of each parent that may wait for workers, however many parents share. */
  static final int LEAST_WAITING = 20;

  /** Parts and nodes that one transaction cancels. */
  static final int CANCELED_AT_ONCE = 250;

  /** Parents whose parts and nodes one transaction cancels. */
  static final int STOPPED_AT_ONCE = 50;

  /** With a smaller tolerance, every reconciliation counts the failures. */
  static final int FEW_FAILURES = 100;

  private ParentLimits() {}
}
