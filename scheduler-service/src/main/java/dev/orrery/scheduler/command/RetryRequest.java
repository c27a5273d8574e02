package dev.orrery.scheduler.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.scheduler.json.JsonFields;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The body of a retry. */
@Schema(
    name = "RetryRequest",
    description = "What a retry runs; may be absent.",
    examples = "{\"mode\": \"failed\"}")
@RegisterForReflection
public record RetryRequest(
    @Schema(
            description =
                "all runs everything again; failed, for flows only, keeps the nodes that succeeded"
                    + " and runs the others.",
            enumeration = {"all", "failed"},
            defaultValue = "all")
        Mode mode) {

  /** What a retry runs. */
  public enum Mode {
    ALL,
    /** The nodes of a flow that have not succeeded. */
    FAILED
  }

  /**
   * Reads a body.
   *
   * @param body null counts as none
   * @throws dev.orrery.scheduler.problem.ProblemException {@code INVALID}
   */
  static RetryRequest read(JsonNode body) {
    JsonFields fields = JsonFields.ofBody(body);
    Mode mode = fields.oneOf("mode", Mode.values()).orElse(Mode.ALL);
    fields.refuseUnknown();
    return new RetryRequest(mode);
  }
}
