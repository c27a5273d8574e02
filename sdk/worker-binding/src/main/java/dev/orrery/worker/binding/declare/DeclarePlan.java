package dev.orrery.worker.binding.declare;

import dev.orrery.protocol.json.JsonException;
import dev.orrery.protocol.json.JsonMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The scheduler's response to a declaration of jobs: whether it was applied, and the changes.
 *
 * @param outcome {@code APPLIED}, {@code RENEWED} or {@code LEFT}
 * @param inForce the version in force
 * @param off jobs that are switched off, because the process has their code and declares them not
 * @param missing jobs of the owner that go on, each with the time when it is disabled
 * @param others jobs of the process that another application declares
 */
record DeclarePlan(
    String outcome,
    String inForce,
    List<Change> changes,
    List<String> off,
    List<String> missing,
    List<String> others) {
  static final String LEFT = "LEFT";
  static final String RENEWED = "RENEWED";

  /**
   * The change of one job.
   *
   * @param kind {@code create}, {@code update}, {@code none} or {@code delete}
   */
  record Change(String job, String kind) {}

  /**
   * @throws JsonException if the text is not a plan
   */
  static DeclarePlan parse(String text) throws JsonException {
    Map<String, Object> plan = JsonMap.parse(text);
    if (plan.get("declaration") instanceof Map<?, ?> declaration
        && plan.get("jobs") instanceof List<?> jobs) {
      return new DeclarePlan(
          String.valueOf(declaration.get("outcome")),
          String.valueOf(declaration.get("inForce")),
          jobs.stream()
              .filter(Map.class::isInstance)
              .map(job -> change(JsonMap.of((Map<?, ?>) job)))
              .toList(),
          texts(declaration.get("off"), String::valueOf),
          texts(
              declaration.get("missing"),
              job ->
                  job instanceof Map<?, ?> missing
                      ? missing.get("name") + " until " + missing.get("until")
                      : String.valueOf(job)),
          texts(declaration.get("others"), String::valueOf));
    }
    throw new JsonException("the plan has no 'declaration' or no 'jobs'");
  }

  /** A scheduler of an earlier release names none. */
  private static List<String> texts(Object list, Function<Object, String> text) {
    return list instanceof List<?> items ? items.stream().map(text).toList() : List.of();
  }

  private static Change change(Map<String, Object> job) {
    return new Change(String.valueOf(job.get("name")), String.valueOf(job.get("change")));
  }

  List<String> jobs(String kind) {
    return changes.stream().filter(change -> change.kind().equals(kind)).map(Change::job).toList();
  }

  List<String> jobs() {
    return changes.stream().map(Change::job).toList();
  }
}
