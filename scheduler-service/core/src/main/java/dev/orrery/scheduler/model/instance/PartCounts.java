package dev.orrery.scheduler.model.instance;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The number of parts of an instance in each state. */
@Schema(name = "PartCounts", description = "How many parts of an instance are in which state.")
@RegisterForReflection
public record PartCounts(
    @Schema(description = "All parts, including those that do not exist yet.", minimum = "1")
        int total,
    @Schema(description = "Parts that exist or existed.", minimum = "0") int made,
    @Schema(description = "Parts that wait or run.", minimum = "0") int active,
    @Schema(description = "Parts that ended in success.", minimum = "0") int succeeded,
    @Schema(description = "Parts that ended otherwise.", minimum = "0") int failed) {}
