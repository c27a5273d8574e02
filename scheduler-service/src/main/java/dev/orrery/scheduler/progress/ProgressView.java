package dev.orrery.scheduler.progress;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The progress of an attempt, as it reported it.
 *
 * @param percent 0 to 100
 * @param message one line; may be null
 * @param at when the scheduler received it
 */
@Schema(
    name = "Progress",
    examples =
        """
        {"percent": 40, "message": "copying orders", "at": "2027-03-28T01:02:10.334Z"}\
        """)
@RegisterForReflection
public record ProgressView(int percent, String message, Instant at) {}
