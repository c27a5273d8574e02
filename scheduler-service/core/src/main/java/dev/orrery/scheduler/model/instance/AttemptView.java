package dev.orrery.scheduler.model.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** One attempt as the API shows it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Attempt", description = "One attempt to run an instance.")
@RegisterForReflection
public record AttemptView(
    @Schema(description = "Number of the attempt, from 1.", minimum = "1") int attempt,
    @Schema(description = "RUNNING, or how the attempt ended.") String state,
    @Schema(description = "Name of the worker that ran it.", nullable = true) String worker,
    @Schema(description = "When it started.") Instant startedAt,
    @Schema(description = "When it ended; absent while it runs.", nullable = true) Instant endedAt,
    @Schema(
            description =
                "Milliseconds that the attempt ran, by the clock of its worker; absent before the"
                    + " end, and if the worker did not report them.",
            nullable = true,
            minimum = "0")
        Long runMillis,
    @Schema(description = "Why it did not succeed.", nullable = true) String error) {}
