package dev.orrery.powerjob;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * The state of a run, as its PowerJob worker reports it: repeatedly while it runs, and after its
 * end until the report is answered.
 *
 * @param instanceId the wire id of an attempt
 * @param instanceStatus a code of {@link RunStatus}
 * @param result of the processor, or why it failed; may be absent
 * @param startTime milliseconds of the worker's clock
 * @param endTime milliseconds of the worker's clock; absent while it runs
 * @param reportTime milliseconds of the worker's clock; a repeated report has a later one
 * @param sourceAddress the address of the worker
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record InstanceReport(
    int appId,
    long jobId,
    long instanceId,
    int instanceStatus,
    String result,
    long totalTaskNum,
    long succeedTaskNum,
    long failedTaskNum,
    Long startTime,
    Long endTime,
    Long reportTime,
    String sourceAddress) {

  /**
   * Returns the milliseconds from the receipt of the run to its end; null if the report does not
   * say it.
   */
  public Long runTimeMillis() {
    return startTime == null || endTime == null ? null : Math.max(0, endTime - startTime);
  }

  /** Returns the milliseconds from the end of the run to this report; 0 if it does not say it. */
  public long endedMillisAgo() {
    return endTime == null || reportTime == null ? 0 : Math.max(0, reportTime - endTime);
  }
}
