package dev.orrery.scheduler.model.progress;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The progress that an attempt has reported. */
@Schema(
    name = "Progress",
    description = "The progress of an attempt, as its processor reported it.",
    examples =
        """
        {"percent": 40, "message": "copying orders", "at": "2027-03-28T01:02:10.334Z"}\
        """)
@RegisterForReflection
public record ProgressView(
    @Schema(description = "How much is done.", minimum = "0", maximum = "100") int percent,
    @Schema(description = "What it is doing: one line.", nullable = true) String message,
    @Schema(description = "When the scheduler received it.") Instant at) {}
