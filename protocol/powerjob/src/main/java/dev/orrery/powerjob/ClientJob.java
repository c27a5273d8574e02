package dev.orrery.powerjob;

import java.util.Map;

/**
 * A job as PowerJob clients see it, with all defaults filled in. Two jobs with the same meaning are
 * equal.
 *
 * @param jobParams null means none
 * @param timeExpressionType {@code CRON}, {@code FIXED_RATE}, {@code FIXED_DELAY}, {@code
 *     DAILY_TIME_INTERVAL}; {@code API} and {@code WORKFLOW} for jobs without a trigger
 * @param timeExpression a cron expression, milliseconds, or a {@link DailyInterval}; null for jobs
 *     without a trigger
 * @param start milliseconds since 1970; null means open
 * @param end milliseconds since 1970; null means open
 * @param maxInstanceNum 0 means unlimited
 * @param instanceTimeLimit milliseconds; 0 means none
 * @param options values that only PowerJob's worker and console read, without defaults; see the
 *     option names of the processor {@code powerjob}
 */
public record ClientJob(
    String jobName,
    String jobParams,
    String timeExpressionType,
    String timeExpression,
    Long start,
    Long end,
    String executeType,
    String processorType,
    String processorInfo,
    int maxInstanceNum,
    long instanceTimeLimit,
    int instanceRetryNum,
    boolean enable,
    Map<String, String> options) {

  public ClientJob {
    options = Map.copyOf(options);
  }

  /** Returns true for a job whose fire times depend on a zone, which PowerJob does not store. */
  public boolean firesByTheClock() {
    return timeExpressionType.equals(CodeTable.CRON)
        || timeExpressionType.equals(CodeTable.DAILY_TIME_INTERVAL);
  }

  /** Returns true if both have the same trigger. */
  boolean firesLike(ClientJob other) {
    return when().equals(other.when());
  }

  private record When(String type, String expression, Long start, Long end) {}

  private When when() {
    return new When(timeExpressionType, timeExpression, start, end);
  }
}
