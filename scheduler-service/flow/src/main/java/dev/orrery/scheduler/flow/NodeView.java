package dev.orrery.scheduler.flow;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.orrery.protocol.FlowNode;
import dev.orrery.scheduler.base.json.JsonSchema;
import dev.orrery.scheduler.model.instance.WaitingFor;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A node of a flow as the API shows it. Fields that do not apply are null. */
@Schema(
    name = "Node",
    description =
        "A node of a flow; GET /instances/{id} with the id of its instance returns all of its run.")
@RegisterForReflection
public record NodeView(
    @Schema(description = "Name of the node.") String name,
    @Schema(description = "Name of its job.") String job,
    @Schema(description = "Nodes that must have ended before.") List<String> needs,
    @Schema(
            description = "When it runs; otherwise it is skipped.",
            enumeration = {"succeeded", "failed", "always", "ended"})
        String when,
    @JsonProperty("if") @Schema(name = "if", description = "A further condition.", nullable = true)
        Condition condition,
    @Schema(description = "Whether the flow goes on as if a failure of it were a success.")
        boolean continueOnFailure,
    @Schema(
            description =
                "The state; WAITING until its run starts. A node whose run was not started because"
                    + " a condition was not met, or because the flow ended, is SKIPPED.")
        String state,
    @Schema(
            description = "Id of its run; null if it has none.",
            nullable = true,
            pattern = JsonSchema.ID_PATTERN)
        String instance,
    @Schema(description = "Whether the run is of the flow that this one retries.") boolean reused,
    @Schema(description = "When the last attempt started.", nullable = true) Instant startedAt,
    @Schema(description = "When the scheduler accepted the end.", nullable = true) Instant endedAt,
    @Schema(
            description = "Milliseconds that the last attempt ran, by the clock of its worker.",
            nullable = true,
            minimum = "0")
        Long runMillis,
    @Schema(description = "Name of the worker that runs it, or ran it last.", nullable = true)
        String worker,
    @Schema(description = "The first 200 characters of its result.", nullable = true) String result,
    @Schema(description = "The first 200 characters of why it did not succeed.", nullable = true)
        String error,
    @Schema(description = "Why it ended, if the state alone does not show it.", nullable = true)
        String endReason,
    @Schema(
            description = "Why it is SKIPPED without a run, for people; null for others.",
            nullable = true)
        String skippedBecause,
    @Schema(
            description = "Why its run does not start; null if it has none that waits.",
            nullable = true)
        WaitingFor waitingFor) {

  NodeView waitingFor(WaitingFor reason) {
    return new NodeView(
        name,
        job,
        needs,
        when,
        condition,
        continueOnFailure,
        state,
        instance,
        reused,
        startedAt,
        endedAt,
        runMillis,
        worker,
        result,
        error,
        endReason,
        skippedBecause,
        reason);
  }

  @Schema(name = "NodeCondition", description = "A condition on the result of another node.")
  @RegisterForReflection
  public record Condition(
      @Schema(description = "Name of the other node.") String node,
      @Schema(description = "It must have succeeded with one of these results.")
          List<String> result) {
    static Condition of(FlowNode.Condition condition) {
      return condition == null ? null : new Condition(condition.node(), condition.result());
    }
  }
}
