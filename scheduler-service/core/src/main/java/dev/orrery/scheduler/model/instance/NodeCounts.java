package dev.orrery.scheduler.model.instance;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The number of nodes of a flow in each state. */
@Schema(name = "NodeCounts", description = "How many nodes of a flow are in which state.")
@RegisterForReflection
public record NodeCounts(
    @Schema(description = "All nodes.", minimum = "1") int total,
    @Schema(description = "Nodes that wait for other nodes.", minimum = "0") int waiting,
    @Schema(description = "Nodes whose runs wait or run.", minimum = "0") int active,
    @Schema(description = "Nodes that ended in success.", minimum = "0") int succeeded,
    @Schema(description = "Nodes that failed, timed out or were canceled.", minimum = "0")
        int failed,
    @Schema(description = "Nodes that were skipped.", minimum = "0") int skipped,
    @Schema(
            description =
                "CANCELED or TIMED_OUT if the flow will end so, unless nothing was left to stop: after"
                    + " its active nodes, and those with when: ended. Null for others, and after the"
                    + " end.",
            nullable = true)
        String ending) {}
