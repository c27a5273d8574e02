package dev.orrery.scheduler.backfill;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A backfill as a whole.
 *
 * @param instances how many fire times it runs; others in its span had an instance already
 * @param states how many of them are in which state
 * @param canceledAt null unless a person canceled it
 */
@Schema(
    name = "Backfill",
    examples =
        """
        {"id": "17", "job": "nightly", "from": "2027-03-01T00:00:00Z",
         "until": "2027-03-07T00:00:00Z", "overlap": "queue-all",
         "createdAt": "2027-03-08T09:00:00Z", "canceledAt": null, "instances": 5,
         "states": {"SUCCEEDED": 2, "RUNNING": 1, "WAITING": 2}}\
        """)
@RegisterForReflection
public record BackfillView(
    String id,
    String job,
    Instant from,
    Instant until,
    String overlap,
    Instant createdAt,
    Instant canceledAt,
    int instances,
    Map<String, Integer> states) {}
