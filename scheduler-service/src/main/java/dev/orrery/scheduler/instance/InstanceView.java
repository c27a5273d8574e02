package dev.orrery.scheduler.instance;

import dev.orrery.scheduler.progress.ProgressView;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An instance as the API shows it; what does not apply is null.
 *
 * @param id a string of digits, 63 bits; newer instances have larger ids
 * @param fireTime the time that the trigger named; null for runs through the API
 * @param attempt the number of the running attempt, or of the last one; 0 before the first
 * @param endedAt when the scheduler accepted the end, which can be later than the run
 * @param runMillis milliseconds that the last attempt ran, by the clock of its worker; null before
 *     the end, and if the worker did not report them
 * @param worker name of the worker that runs it, or that ran it last
 * @param skippedCount number of fires that a SKIPPED instance stands for
 * @param progress of its last attempt; null if that said nothing, and a day after its end
 * @param waitingFor why it does not run; null unless it is WAITING
 * @param processor that a worker must have to run it, as in the list of workers
 * @param requiredTags that a worker must have to run it
 * @param parameters the job's, overlaid with those of the run
 */
@Schema(
    name = "Instance",
    examples =
        """
        {"id": "249518030950563840", "app": "billing", "job": "nightly", "jobVersion": 3,
         "state": "SUCCEEDED", "priority": 5, "fireTime": "2027-03-28T01:00:00Z",
         "dueAt": "2027-03-28T01:00:00Z", "attempt": 1, "startedAt": "2027-03-28T01:00:00.021Z",
         "endedAt": "2027-03-28T01:04:10.334Z", "runMillis": 250301, "worker": "billing-7d9f",
         "result": "exit 0",
         "progress": {"percent": 100, "message": "done", "at": "2027-03-28T01:04:09.871Z"},
         "processor": "java:import-orders", "requiredTags": ["eu"], "parameters": {"region": "eu"}}\
        """)
@RegisterForReflection
public record InstanceView(
    String id,
    String app,
    String job,
    int jobVersion,
    String state,
    int priority,
    Instant fireTime,
    Instant dueAt,
    int attempt,
    Instant startedAt,
    Instant endedAt,
    Long runMillis,
    String worker,
    String result,
    String error,
    String endReason,
    Integer skippedCount,
    ProgressView progress,
    WaitingFor waitingFor,
    String retryOf,
    String processor,
    List<String> requiredTags,
    Map<String, String> parameters) {}
