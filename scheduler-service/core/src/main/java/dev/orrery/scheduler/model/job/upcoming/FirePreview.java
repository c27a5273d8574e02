package dev.orrery.scheduler.model.job.upcoming;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The next fire times of a trigger, with its description. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
    name = "FireTimes",
    description = "A trigger in words, with its fire times.",
    examples =
        """
        {"description":"at 02:30:00 every day, Europe/Berlin",
         "fireTimes":["2027-03-28T01:00:00Z"]}""")
@RegisterForReflection
public record FirePreview(
    @Schema(
            description = "The trigger in words, in English; absent if the job has none.",
            nullable = true)
        String description,
    @Schema(
            description =
                "Fire times strictly after the instant that was asked for, in their order.")
        List<Instant> fireTimes) {}
