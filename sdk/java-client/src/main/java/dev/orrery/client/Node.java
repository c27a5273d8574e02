package dev.orrery.client;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A node of a flow. {@link OrreryClient#getInstance} with the id of its run returns the whole run.
 *
 * @param job the name of its job
 * @param needs names of the nodes that must have ended before this one starts
 * @param when {@code succeeded}, {@code failed}, {@code always} or {@code ended}
 * @param condition on the result of another node
 * @param continueOnFailure whether the flow continues as if a failure of this node were a success
 * @param state WAITING until its run starts
 * @param instance id of its run; empty if it has none
 * @param reused whether the run is of the flow that this one retries
 * @param startedAt of the last attempt
 * @param endedAt when the scheduler accepted the end; empty before
 * @param runTime of the last attempt, by the clock of its worker
 * @param worker that runs it, or ran it last
 * @param result the first 200 characters of the result
 * @param error the first 200 characters of the error
 */
public record Node(
    String name,
    String job,
    List<String> needs,
    String when,
    Optional<Condition> condition,
    boolean continueOnFailure,
    InstanceState state,
    Optional<String> instance,
    boolean reused,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    Optional<Duration> runTime,
    Optional<String> worker,
    Optional<String> result,
    Optional<EndReason> endReason,
    Optional<String> error) {

  /**
   * A condition on the result of a need.
   *
   * @param node the name of the need, which must have succeeded
   * @param results the need must have returned one of these
   */
  public record Condition(String node, List<String> results) {
    private static Condition of(Fields json) {
      return new Condition(json.text("node"), json.textList("result"));
    }
  }

  static Node of(Fields json) {
    return new Node(
        json.text("name"),
        json.text("job"),
        json.textList("needs"),
        json.text("when"),
        json.optionalObject("if").map(Condition::of),
        json.isTrue("continueOnFailure"),
        InstanceState.of(json),
        json.optionalText("instance"),
        json.isTrue("reused"),
        json.optionalInstant("startedAt"),
        json.optionalInstant("endedAt"),
        json.optionalNumber("runMillis").map(Duration::ofMillis),
        json.optionalText("worker"),
        json.optionalText("result"),
        EndReason.of(json),
        json.optionalText("error"));
  }
}
