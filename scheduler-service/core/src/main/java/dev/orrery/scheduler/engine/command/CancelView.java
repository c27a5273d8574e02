package dev.orrery.scheduler.engine.command;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The response to a cancel of one instance. */
@Schema(
    name = "CancelResult",
    description = "The effect of a cancel.",
    examples = "{\"effect\":\"REQUESTED\"}")
@RegisterForReflection
record CancelView(
    @Schema(
            description =
                "CANCELED: it had not started, and has ended. REQUESTED: it was asked to stop."
                    + " ENDED_NODES_CANCELED: a flow that was ending starts no more nodes, and"
                    + " cancels those with 'when: ended', too, if it has any. NOTHING: it was asked"
                    + " to stop before.")
        CancelEffect effect) {}
