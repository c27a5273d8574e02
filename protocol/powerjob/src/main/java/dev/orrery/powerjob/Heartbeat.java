package dev.orrery.powerjob;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * The status message that a PowerJob worker sends every ten seconds.
 *
 * @param workerAddress where the worker listens, {@code host:port}
 * @param appId the id that discovery returned
 * @param heartbeatTime milliseconds of the worker's clock; 0 if absent
 * @param version of the worker's software, such as {@code 4.3.9}
 * @param protocol in any case
 * @param tag may be absent
 * @param overload true if the worker silently drops further runs
 * @param lightTaskTrackerNum the number of its runs of the kinds that one worker runs alone
 * @param heavyTaskTrackerNum the number of its runs of the other kinds
 * @param systemMetrics may be absent
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Heartbeat(
    String workerAddress,
    String appName,
    int appId,
    long heartbeatTime,
    String version,
    String protocol,
    String tag,
    boolean overload,
    Integer lightTaskTrackerNum,
    Integer heavyTaskTrackerNum,
    SystemMetrics systemMetrics) {

  /** Threads of a worker for light runs, for each processor; no setting changes it. */
  public static final int THREADS_OF_A_PROCESSOR = 10;

  /** The processors of the worker's machine, as its JVM sees them. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record SystemMetrics(int cpuProcessors) {}

  /**
   * Returns how many light runs the worker has threads for. More would wait inside the worker,
   * where they would be lost with it.
   */
  public int threads(int most) {
    int processors = systemMetrics == null ? 1 : Math.max(1, systemMetrics.cpuProcessors());
    return (int) Math.min(most, (long) THREADS_OF_A_PROCESSOR * processors);
  }
}
