package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.Heartbeat;
import dev.orrery.protocol.ProcessorSpec;

/**
 * The two kinds of runs of a PowerJob worker, each with a limit of its own: light ones
 * (STANDALONE), and heavy ones (BROADCAST, MAP, MAP_REDUCE), which the worker spreads over the
 * workers of the app. The worker silently drops a run above the limit.
 */
enum TrackerKind {
  LIGHT(ProcessorSpec.POWERJOB, "powerjob_workers"),
  HEAVY(ProcessorSpec.POWERJOB_HEAVY, "powerjob_heavy_workers");

  /** A worker drops the 65th heavy run, and may not have forgotten all that have ended. */
  private static final int HEAVY_CAPACITY = 48;

  private final String processor;
  private final String quotaName;

  TrackerKind(String processor, String quotaName) {
    this.processor = processor;
    this.quotaName = quotaName;
  }

  /** Returns what a session for such runs offers. */
  String processor() {
    return processor;
  }

  /** Returns the name of the quota of such sessions in the metrics. */
  String quotaName() {
    return quotaName;
  }

  /** Returns the kind of an offer by its name. */
  static TrackerKind ofOffer(String name) {
    return name.startsWith(HEAVY.processor) ? HEAVY : LIGHT;
  }

  /**
   * Returns the most runs that a worker gets at once. While it runs jobs whose runs are short, as
   * many wait inside the worker as run there, so that no thread waits for the scheduler.
   *
   * @param threads of the worker for light runs
   */
  int capacity(int threads) {
    return this == HEAVY ? HEAVY_CAPACITY : 2 * threads;
  }

  /** Returns true if the worker says that it has no such run; false if it says nothing about it. */
  boolean isIdle(Heartbeat heartbeat) {
    Integer runs =
        this == HEAVY ? heartbeat.heavyTaskTrackerNum() : heartbeat.lightTaskTrackerNum();
    return Integer.valueOf(0).equals(runs);
  }
}
