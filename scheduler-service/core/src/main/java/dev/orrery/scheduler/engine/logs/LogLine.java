package dev.orrery.scheduler.engine.logs;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A line that an attempt wrote. */
@Schema(name = "LogLine", description = "A line that an attempt wrote.")
@RegisterForReflection
public record LogLine(
    @Schema(description = "Number of the attempt.", minimum = "1") int attempt,
    @Schema(description = "Number of the line in its attempt.", minimum = "0") int sequence,
    @Schema(description = "When the line was written, by the database's clock.") Instant at,
    @Schema(description = "stdout, stderr, or orrery for lines of the worker itself.")
        String stream,
    @Schema(description = "The line without its end.") String text) {}
