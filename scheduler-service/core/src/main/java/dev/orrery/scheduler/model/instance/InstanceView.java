package dev.orrery.scheduler.model.instance;

import dev.orrery.scheduler.base.json.JsonSchema;
import dev.orrery.scheduler.model.progress.ProgressView;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** An instance as the API shows it. Fields that do not apply are null. */
@Schema(
    name = "Instance",
    description = "One run of a job; what does not apply is null.",
    examples =
        """
        {"id": "295723597832390144", "app": "billing", "job": "nightly", "jobVersion": 3,
         "state": "SUCCEEDED", "priority": 5, "createdAt": "2027-03-28T01:00:00.002Z",
         "fireTime": "2027-03-28T01:00:00Z", "dueAt": "2027-03-28T01:00:00Z", "attempt": 1, "startedAt": "2027-03-28T01:00:00.021Z",
         "endedAt": "2027-03-28T01:04:10.334Z", "runMillis": 250301, "worker": "billing-7d9f",
         "result": "exit 0",
         "error": null, "endReason": null, "skippedCount": null, "waitingFor": null, "missing": null,
         "retryOf": null, "parent": null, "part": null, "parts": null,
         "node": null, "nodes": null,
         "progress": {"percent": 100, "message": "done", "at": "2027-03-28T01:04:09.871Z"},
         "processor": "java:import-orders", "requiredTags": ["eu"], "parameters": {"region": "eu"}}\
        """)
@RegisterForReflection
public record InstanceView(
    @Schema(
            description = "Id of the instance; newer ones have larger ids, of up to 63 bits.",
            pattern = JsonSchema.ID_PATTERN)
        String id,
    @Schema(description = "Name of the app.") String app,
    @Schema(description = "Name of the job.") String job,
    @Schema(description = "The version of the job that this instance runs.", minimum = "1")
        int jobVersion,
    @Schema(description = "The state; WAITING until the first attempt, and between attempts.")
        String state,
    @Schema(description = "The higher one starts first.", minimum = "0") int priority,
    @Schema(description = "When it was created.") Instant createdAt,
    @Schema(
            description = "The time that the trigger named; null for runs through the API.",
            nullable = true)
        Instant fireTime,
    @Schema(description = "The earliest start of the next attempt.") Instant dueAt,
    @Schema(
            description = "Number of the running attempt, or of the last one; 0 before the first.",
            minimum = "0")
        int attempt,
    @Schema(description = "When the last attempt started.", nullable = true) Instant startedAt,
    @Schema(
            description =
                "When the scheduler accepted the end, which can be later than the end of the run.",
            nullable = true)
        Instant endedAt,
    @Schema(
            description =
                "Milliseconds that the last attempt ran, by the clock of its worker; null before the"
                    + " end, and if the worker did not report them.",
            nullable = true,
            minimum = "0")
        Long runMillis,
    @Schema(description = "Name of the worker that runs it, or ran it last.", nullable = true)
        String worker,
    @Schema(description = "The result that the processor reported.", nullable = true) String result,
    @Schema(description = "Why the last attempt did not succeed.", nullable = true) String error,
    @Schema(description = "Why it ended, if the state alone does not show it.", nullable = true)
        String endReason,
    @Schema(
            description = "Number of fires that a SKIPPED instance stands for.",
            nullable = true,
            minimum = "1")
        Integer skippedCount,
    @Schema(
            description =
                "Progress of the last attempt; null if it reported none, and a day after its end.",
            nullable = true)
        ProgressView progress,
    @Schema(description = "Why it does not run; null unless it is WAITING.", nullable = true)
        WaitingFor waitingFor,
    @Schema(
            description =
                "What the connected workers lack; null unless it waits for NO_MATCHING_WORKER.",
            nullable = true)
        MissingView missing,
    @Schema(
            description = "Id of the instance that this one runs again.",
            nullable = true,
            pattern = JsonSchema.ID_PATTERN)
        String retryOf,
    @Schema(
            description =
                "Id of the instance that waits for this one, which is a part or a node of it.",
            nullable = true,
            pattern = JsonSchema.ID_PATTERN)
        String parent,
    @Schema(
            description = "Number of this part, from 0; null unless it is one.",
            nullable = true,
            minimum = "0")
        Integer part,
    @Schema(
            description =
                "Counts of its parts; null before it starts, for jobs without fanOut, and in a list"
                    + " for instances after the first 100 that have not ended.",
            nullable = true)
        PartCounts parts,
    @Schema(
            description =
                "Name of this node in its parent; null unless the parent is a flow, and in a list.",
            nullable = true)
        String node,
    @Schema(
            description =
                "Counts of its nodes; null before it starts, for jobs that are not flows, and in a list"
                    + " for instances after the first 100 that have not ended.",
            nullable = true)
        NodeCounts nodes,
    @Schema(
            description =
                "The processor that a worker must offer to run it, as in the list of workers.")
        String processor,
    @Schema(description = "Tags that a worker must have to run it.") List<String> requiredTags,
    @Schema(description = "Parameters by name: the job's, overlaid with those of the run.")
        Map<String, String> parameters) {}
