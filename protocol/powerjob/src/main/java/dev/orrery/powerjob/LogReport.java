package dev.orrery.powerjob;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * Log lines of the runs of a PowerJob worker. A worker sends them every five seconds: 20 in each
 * message, and the rest in a last one. The last lines of a run follow its final report.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record LogReport(String workerAddress, List<Line> instanceLogContents) {
  private static final int FULL = 20;

  public LogReport {
    instanceLogContents =
        instanceLogContents == null ? List.of() : List.copyOf(instanceLogContents);
  }

  /** Returns true for a message with the rest, which the worker wrote after all others. */
  public boolean isRest() {
    return instanceLogContents.size() < FULL;
  }

  /**
   * One line.
   *
   * @param instanceId the wire id of an attempt
   * @param logTime milliseconds of the worker's clock
   * @param logLevel 1 debug, 2 info, 3 warn, 4 error
   * @param logContent may have several lines, as a stack trace has
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Line(long instanceId, long logTime, int logLevel, String logContent) {
    private static final int WARN = 3;

    /** Returns true for a warning or an error. */
    public boolean isWarning() {
      return logLevel >= WARN;
    }
  }
}
