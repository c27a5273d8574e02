package dev.orrery.scheduler.edge.cluster;

import dev.orrery.scheduler.base.json.JsonSchema;
import java.util.List;
import java.util.Map;

/**
 * The JSON Schemas of the request that sets the main protocol, and of the states of cluster ports.
 */
public final class ClusterSchema {
  private ClusterSchema() {}

  public static Map<String, JsonSchema> components() {
    return Map.of(
        "MainProtocolRequest",
        JsonSchema.object()
            .required(
                "protocol",
                JsonSchema.component("Protocol").describedAs("A protocol that all replicas have."))
            .describedAs("The main protocol to record."),
        "ClusterPortState",
        JsonSchema.constants(List.of(LinkState.State.values()))
            .describedAs("The result of the last call of a cluster port."));
  }
}
