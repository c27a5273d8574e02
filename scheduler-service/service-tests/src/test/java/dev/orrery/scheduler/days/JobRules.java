package dev.orrery.scheduler.days;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

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
    List<FlowNode> nodes) {

  /** Bases of the documents of a day. */
  private static final int BASES = 4;

  private static final int FIELDS = 14;

  /**
   * The same number is always the same document. Those of a day differ from one of a few bases in
   * one field, so that some edits change little.
   */
  static JobRules of(int number) {
    int base = number / Step.CHOICES * BASES + number % BASES;
    int changed = number / BASES % FIELDS;
    int other = number / BASES / FIELDS % 4;
    Iterator<SplittableRandom> fields =
        IntStream.range(0, FIELDS)
            .mapToLong(field -> (base * 101L + field) * 7 + (field == changed ? other : 0))
            .mapToObj(SplittableRandom::new)
            .iterator();
    return new JobRules(
        fields.next().nextInt(6) > 0,
        sometimes(fields.next(), 5, 10, 15, 20, 0, 0),
        pick(fields.next(), "skip", "queue-one", "queue-all", "allow", "cancel-running"),
        pick(fields.next(), "skip", "fire-once", "fire-all"),
        Duration.ofMinutes(pick(fields.next(), 7, 60, 600)),
        pick(fields.next(), 1, 2, 3),
        Duration.ofSeconds(pick(fields.next(), 7, 45, 400)),
        pick(fields.next(), 0, 1, 2),
        sometimes(fields.next(), 3, 0, 0, 0),
        optional(fields.next(), 1, 2, 0, 0, 0, 0),
        pick(fields.next(), 5, 5, 9, 0),
        sometimes(fields.next(), 6, 11, 95, 0),
        sometimes(fields.next(), 2, 2, 13, 0),
        optional(fields.next(), 1, 2, 2, 3, 0),
        null);
  }

  boolean isFlow() {
    return nodes != null;
  }

  JobRules disabled() {
    return with(false, timeout, nodes);
  }

  /** A flow has no attempts. */
  JobRules asFlow(List<FlowNode> itsNodes) {
    return with(enabled, null, itsNodes);
  }

  private JobRules with(boolean nowEnabled, Duration itsTimeout, List<FlowNode> itsNodes) {
    return new JobRules(
        nowEnabled,
        every,
        overlap,
        misfire,
        catchUp,
        itsNodes == null ? maxAttempts : 1,
        itsNodes == null ? backoff : Duration.ZERO,
        itsNodes == null ? maxWorkerLosses : 0,
        itsTimeout,
        concurrency,
        priority,
        noSuccessFor,
        runsLongerThan,
        pauseAfter,
        itsNodes);
  }

  private static String pick(SplittableRandom random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private static int pick(SplittableRandom random, int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** Returns null instead of 0. */
  private static Integer optional(SplittableRandom random, int... choices) {
    int choice = pick(random, choices);
    return choice == 0 ? null : Integer.valueOf(choice);
  }

  private static Duration sometimes(SplittableRandom random, int... minutes) {
    Integer choice = optional(random, minutes);
    return choice == null ? null : Duration.ofMinutes(choice);
  }

  String json() {
    StringBuilder json = new StringBuilder("{\"processor\":");
    json.append(isFlow() ? FlowNode.json(nodes) : "{\"type\":\"noop\"}");
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
