package dev.orrery.it.chaos.check;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The nodes of a job that is a flow.
 *
 * @param result the step whose result becomes the result of the flow
 */
public record Graph(List<Step> steps, String result) {
  private static final Set<String> FAILED = Set.of("FAILED", "TIMED_OUT", "CANCELED");

  /** When a step starts, after the steps that it needs have ended. */
  public enum When {
    SUCCEEDED,
    FAILED,
    ALWAYS
  }

  /**
   * A node of the document.
   *
   * @param job without its app
   * @param from the step whose result is its parameter {@code from}; null if it has none
   * @param neverMet the step that must have returned a result that none returns; null if it has no
   *     such condition
   */
  public record Step(
      String name,
      String job,
      List<String> needs,
      When when,
      boolean continueOnFailure,
      String from,
      String neverMet) {

    public static Step of(String name, String job, String... needs) {
      return new Step(name, job, List.of(needs), When.SUCCEEDED, false, null, null);
    }

    public Step when(When other) {
      return new Step(name, job, needs, other, continueOnFailure, from, neverMet);
    }

    public Step mayFail() {
      return new Step(name, job, needs, when, true, from, neverMet);
    }

    public Step from(String step) {
      return new Step(name, job, needs, when, continueOnFailure, step, neverMet);
    }

    public Step neverMet(String step) {
      return new Step(name, job, needs, when, continueOnFailure, from, step);
    }

    private String document() {
      String all =
          "\"name\":\"%s\",\"job\":\"%s\",\"continueOnFailure\":%s"
              .formatted(name, job, continueOnFailure);
      if (!needs.isEmpty()) {
        all +=
            ",\"needs\":[%s],\"when\":\"%s\""
                .formatted(
                    needs.stream().map("\"%s\""::formatted).collect(Collectors.joining(",")),
                    when.name().toLowerCase(Locale.ROOT));
      }
      if (from != null) {
        all += ",\"parameters\":{\"from\":\"${nodes.%s.result}\"}".formatted(from);
      }
      if (neverMet != null) {
        all += ",\"if\":{\"node\":\"%s\",\"result\":[\"never\"]}".formatted(neverMet);
      }
      return "{" + all + "}";
    }
  }

  /** Returns the processor of its document. */
  public String processor() {
    return "{\"type\":\"flow\",\"result\":\"%s\",\"nodes\":[%s]}"
        .formatted(result, steps.stream().map(Step::document).collect(Collectors.joining(",")));
  }

  /**
   * Returns true if a step has to start.
   *
   * @param states the ends of the steps that it needs, by name
   */
  boolean starts(Step step, Map<String, String> states) {
    List<Step> needed = steps.stream().filter(one -> step.needs().contains(one.name())).toList();
    boolean follows =
        switch (step.when()) {
          case ALWAYS -> true;
          case FAILED -> needed.stream().anyMatch(one -> hasFailed(one, states));
          case SUCCEEDED ->
              needed.isEmpty()
                  || (needed.stream().noneMatch(one -> fails(one, states))
                      && !needed.stream().allMatch(one -> isSkipped(one, states)));
        };
    return follows && step.neverMet() == null;
  }

  /** Returns true if a flow whose steps ended like this has failed. */
  boolean fails(Map<String, String> states) {
    return steps.stream().anyMatch(step -> fails(step, states));
  }

  private static boolean fails(Step step, Map<String, String> states) {
    return hasFailed(step, states) && !step.continueOnFailure();
  }

  private static boolean hasFailed(Step step, Map<String, String> states) {
    return FAILED.contains(states.get(step.name()));
  }

  private static boolean isSkipped(Step step, Map<String, String> states) {
    return "SKIPPED".equals(states.get(step.name()));
  }
}
