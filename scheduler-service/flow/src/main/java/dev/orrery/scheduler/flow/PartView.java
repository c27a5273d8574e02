package dev.orrery.scheduler.flow;

import dev.orrery.scheduler.base.json.JsonSchema;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A part of an instance as the API shows it. */
@Schema(
    name = "Part",
    description = "A part of an instance; GET /instances/{id} with its id returns all of it.")
@RegisterForReflection
public record PartView(
    @Schema(description = "Id of the part.", pattern = JsonSchema.ID_PATTERN) String id,
    @Schema(description = "Number of the part, from 0.", minimum = "0") int part,
    @Schema(description = "The state; WAITING until the first attempt, and between attempts.")
        String state,
    @Schema(
            description = "Number of the running attempt, or of the last one; 0 before the first.",
            minimum = "0")
        int attempt,
    @Schema(description = "When the last attempt started.", nullable = true) Instant startedAt,
    @Schema(description = "When the scheduler accepted the end.", nullable = true) Instant endedAt,
    @Schema(
            description = "Milliseconds that the last attempt ran, by the clock of its worker.",
            nullable = true,
            minimum = "0")
        Long runMillis,
    @Schema(description = "Name of the worker that runs it, or ran it last.", nullable = true)
        String worker,
    @Schema(description = "Why it ended, if the state alone does not show it.", nullable = true)
        String endReason,
    @Schema(description = "The first 1,000 characters of why it did not succeed.", nullable = true)
        String error) {}
