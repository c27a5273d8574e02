package dev.orrery.scheduler.engine.submission;

import dev.orrery.scheduler.base.json.JsonSchema;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A backfill as the API shows it. */
@Schema(
    name = "Backfill",
    description = "A backfill: the run of past fire times of a job.",
    examples =
        """
        {"id": "17", "job": "nightly", "from": "2027-03-01T00:00:00Z",
         "until": "2027-03-07T00:00:00Z", "overlap": "queue-all",
         "createdAt": "2027-03-08T09:00:00Z", "canceledAt": null, "instances": 5,
         "states": {"SUCCEEDED": 2, "RUNNING": 1, "WAITING": 2}}\
        """)
@RegisterForReflection
public record BackfillView(
    @Schema(description = "Id of the backfill.", pattern = JsonSchema.ID_PATTERN) String id,
    @Schema(description = "Name of the job.") String job,
    @Schema(description = "Start of the span of fire times, included.") Instant from,
    @Schema(description = "End of the span of fire times, included.") Instant until,
    @Schema(description = "Whether its instances run one after the other or side by side.")
        String overlap,
    @Schema(description = "When it was started.") Instant createdAt,
    @Schema(description = "When it was canceled; null if it was not.", nullable = true)
        Instant canceledAt,
    @Schema(
            description =
                "Number of fire times that it runs; others in its span had an instance before.",
            minimum = "0")
        int instances,
    @Schema(description = "Number of its instances in each state; states without one are absent.")
        Map<String, Integer> states) {}
