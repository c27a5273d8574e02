package dev.orrery.scheduler.days;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * The fields of a job document that the model knows; null where the document leaves one out.
 *
 * @param every of the trigger
 * @param nodes of a flow
 */
record JobRules(
    boolean enabled,
    Duration every,
    String overlap,
    String misfire,
    Duration catchUp,
    int maxAttempts,
    Duration backoff,
    int maxWorkerLosses,
    Duration timeout,
    Integer concurrency,
    int priority,
    Duration noSuccessFor,
    Duration runsLongerThan,
    Integer pauseAfter,
    List<FlowModel.Node> nodes) {

  /** The same number is always the same document; 0 is the simplest one. */
  static JobRules of(int number) {
    Random random = new Random(number * 7919L);
    boolean plain = number == 0;
    return new JobRules(
        plain || random.nextInt(6) > 0,
        plain || random.nextInt(3) == 0 ? null : Duration.ofMinutes(5L * (1 + random.nextInt(4))),
        plain ? "skip" : pick(random, "skip", "queue-one", "queue-all", "allow", "cancel-running"),
        plain ? "fire-once" : pick(random, "skip", "fire-once", "fire-all"),
        Duration.ofMinutes(plain ? 60 : pick(random, 7, 60, 600)),
        plain ? 1 : 1 + random.nextInt(3),
        Duration.ofSeconds(plain ? 10 : pick(random, 7, 45)),
        plain ? 3 : random.nextInt(3),
        plain || random.nextInt(4) > 0 ? null : Duration.ofMinutes(3),
        plain || random.nextInt(3) > 0 ? null : Integer.valueOf(1 + random.nextInt(2)),
        plain ? 5 : pick(random, 5, 5, 9, 0),
        plain || random.nextInt(3) == 0 ? null : Duration.ofMinutes(pick(random, 6, 11, 95)),
        plain || random.nextInt(4) == 0 ? null : Duration.ofMinutes(pick(random, 2, 2, 13)),
        plain || random.nextInt(4) == 0 ? null : Integer.valueOf(pick(random, 1, 1, 2, 3)),
        null);
  }

  boolean isFlow() {
    return nodes != null;
  }

  JobRules disabled() {
    return with(false, timeout, nodes);
  }

  /** A flow has no attempts. */
  JobRules asFlow(List<FlowModel.Node> itsNodes) {
    return with(enabled, null, itsNodes);
  }

  private JobRules with(boolean nowEnabled, Duration itsTimeout, List<FlowModel.Node> itsNodes) {
    return new JobRules(
        nowEnabled,
        every,
        overlap,
        misfire,
        catchUp,
        maxAttempts,
        backoff,
        maxWorkerLosses,
        itsTimeout,
        concurrency,
        priority,
        noSuccessFor,
        runsLongerThan,
        pauseAfter,
        itsNodes);
  }

  private static String pick(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private static int pick(Random random, int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  String json() {
    StringBuilder json = new StringBuilder("{\"processor\":");
    json.append(isFlow() ? FlowModel.json(nodes) : "{\"type\":\"noop\"}");
    json.append(",\"enabled\":").append(enabled);
    if (every != null) {
      json.append(",\"trigger\":{\"every\":\"").append(every).append("\"}");
    }
    json.append(",\"overlap\":\"").append(overlap);
    json.append("\",\"misfire\":\"").append(misfire);
    json.append("\",\"catchUpWindow\":\"").append(catchUp);
    json.append('"');
    if (!isFlow()) {
      json.append(",\"retry\":{\"maxAttempts\":").append(maxAttempts);
      json.append(",\"backoff\":\"").append(backoff);
      json.append("\",\"maxWorkerLosses\":").append(maxWorkerLosses).append('}');
    }
    append(json, "timeout", timeout);
    if (concurrency != null) {
      json.append(",\"concurrency\":").append(concurrency);
    }
    json.append(",\"priority\":").append(priority);
    if (noSuccessFor != null || runsLongerThan != null) {
      StringBuilder alerts = new StringBuilder();
      append(alerts, "noSuccessFor", noSuccessFor);
      append(alerts, "runsLongerThan", runsLongerThan);
      json.append(",\"alerts\":{").append(alerts.substring(1)).append('}');
    }
    if (pauseAfter != null) {
      json.append(",\"onFailure\":{\"pauseAfter\":").append(pauseAfter).append('}');
    }
    return json.append('}').toString();
  }

  private static void append(StringBuilder json, String field, Duration value) {
    if (value != null) {
      json.append(",\"").append(field).append("\":\"").append(value).append('"');
    }
  }
}
