package dev.orrery.protocol;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A node of a flow, which runs another job.
 *
 * @param name unique in its flow
 * @param job the name of a job of the same app
 * @param needs names of the nodes that must have ended before this one starts
 * @param timeout how long it may go on once the flow was canceled or timed out, ISO 8601; null
 *     unless it runs then
 * @param condition null if there is none
 * @param continueOnFailure whether the flow continues as if a failure of this node were a success
 * @param parameters override those of the job; values may hold {@code ${nodes.NAME.result}} and
 *     {@code ${nodes.NAME.result.FIELD}} of nodes that this one needs
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record FlowNode(
    String name,
    String job,
    List<String> needs,
    When when,
    String timeout,
    @JsonProperty("if") Condition condition,
    boolean continueOnFailure,
    Map<String, String> parameters) {
  public FlowNode {
    needs = needs == null ? List.of() : List.copyOf(needs);
    when = when == null ? When.SUCCEEDED : when;
    parameters = parameters == null ? Map.of() : Map.copyOf(parameters);
  }

  /** When a node runs, after all that it needs have ended; otherwise it is skipped. */
  public enum When {
    /** None of them has failed without {@code continueOnFailure}, and not all were skipped. */
    SUCCEEDED,
    /** One of them has failed. */
    FAILED,
    ALWAYS,
    /** As {@link #ALWAYS}, also after a cancel or a time-out of the flow. */
    ENDED;

    @JsonValue
    public String spelling() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A condition on the result of a need.
   *
   * @param node the name of the need, which must have succeeded
   * @param result the need must have returned one of these
   */
  public record Condition(String node, List<String> result) {
    public Condition {
      result = List.copyOf(result);
    }
  }

  /** Returns all texts that users wrote, for size estimates. */
  Stream<String> texts() {
    return Stream.of(
            Stream.of(name, job),
            needs.stream(),
            Stream.ofNullable(condition)
                .flatMap(one -> Stream.concat(Stream.of(one.node()), one.result().stream())),
            parameters.keySet().stream(),
            parameters.values().stream())
        .flatMap(texts -> texts);
  }
}
