package dev.orrery.scheduler.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The next fire times of a trigger.
 *
 * @param description in English; null if there is no trigger
 * @param fireTimes those to come, in their order
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
    name = "FireTimes",
    examples =
        """
        {"description":"at 02:30:00 every day, Europe/Berlin",
         "fireTimes":["2027-03-28T01:00:00Z"]}""")
@RegisterForReflection
public record FirePreview(String description, List<Instant> fireTimes) {}
