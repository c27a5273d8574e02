package dev.orrery.scheduler.engine.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.base.json.JsonSchema;
import java.util.Map;

/**
 * Selects whether a retry runs everything again, or only the nodes of a flow that did not succeed,
 * and those after them.
 */
public enum RetryMode {
  ALL,
  /** The nodes of a flow that did not succeed, and all nodes after them. */
  FAILED;

  private static final String FIELD = "mode";

  /**
   * Reads the body of a retry.
   *
   * @param body null counts as {@link #ALL}
   * @throws dev.orrery.scheduler.base.problem.ProblemException {@code INVALID}
   */
  static RetryMode read(JsonNode body) {
    JsonFields fields = JsonFields.ofBody(body);
    RetryMode mode = fields.oneOf(FIELD, values()).orElse(ALL);
    fields.refuseUnknown();
    return mode;
  }

  /** Returns the JSON Schema of the body. */
  public static Map<String, JsonSchema> components() {
    return Map.of(
        "RetryRequest",
        JsonSchema.object()
            .optional(
                FIELD,
                JsonSchema.oneOf(values())
                    .describedAs(
                        "all runs everything again; failed, for flows only, reuses the nodes that"
                            + " succeeded, and runs the others and all nodes after them.")
                    .defaultsTo(ALL))
            .describedAs("What a retry runs.")
            .example(JsonNodeFactory.instance.objectNode().put(FIELD, "failed")));
  }
}
