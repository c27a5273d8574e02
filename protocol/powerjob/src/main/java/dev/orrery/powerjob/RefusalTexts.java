package dev.orrery.powerjob;

import java.util.List;

/**
 * The messages with which Orrery refuses jobs and calls of PowerJob that it does not support.
 * Clients, the import and docs/powerjob.md use the same texts.
 */
public final class RefusalTexts {
  static final String EXTERNAL =
      "processorType EXTERNAL is not supported: containers stay with PowerJob; use BUILT_IN";

  static final String MIN_CPU_CORES = "minCpuCores is not supported yet; use 0";
  static final String MIN_MEMORY_SPACE = "minMemorySpace is not supported yet; use 0";
  static final String MIN_DISK_SPACE = "minDiskSpace is not supported yet; use 0";

  static final long SHORTEST_MILLIS = 1000;

  static final String SHORT_INTERVAL =
      "timeExpression must be at least "
          + SHORTEST_MILLIS
          + " ms for FIXED_RATE, FIXED_DELAY and DAILY_TIME_INTERVAL: a job fires at most once a second; let the processor"
          + " repeat what is more frequent";

  public static final String WORKFLOW =
      "write the workflow as a job of the processor flow, see docs/flows.md";

  private RefusalTexts() {}

  /** Returns all texts, as docs/powerjob.md lists them. */
  public static List<String> all() {
    return List.of(
        SHORT_INTERVAL, EXTERNAL, MIN_CPU_CORES, MIN_MEMORY_SPACE, MIN_DISK_SPACE, WORKFLOW);
  }
}
