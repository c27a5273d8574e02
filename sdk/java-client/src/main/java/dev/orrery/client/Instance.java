package dev.orrery.client;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One run of a job, in its state at the time of the response. Later releases add components, so a
 * test should make one with {@link #ofJson}, not with the constructor.
 *
 * @param id digits; newer instances have larger ids
 * @param fireTime the time that the trigger named; empty for runs through the API
 * @param dueAt the earliest start of the next attempt
 * @param attempt number of the running attempt, or of the last one; 0 before the first
 * @param startedAt of the last attempt
 * @param endedAt when the scheduler accepted the end; empty before
 * @param runTime of the last attempt, by the clock of its worker
 * @param worker that runs it, or ran it last
 * @param result that the processor reported
 * @param error of the last attempt
 * @param skippedCount number of fires that a SKIPPED instance stands for
 * @param waitingFor why it does not run, if it is WAITING
 * @param missing what workers lack, if it waits for NO_MATCHING_WORKER
 * @param retryOf id of the instance that this one repeats
 * @param parent id of the instance of which this one is a part or a node
 * @param part its number within the parent, from 0
 * @param parts the counts of its parts; empty before it starts, for jobs without {@code fanOut},
 *     and in a list for instances after the first 100 that have not ended
 * @param node its name in the parent, if that is a flow; empty in a list
 * @param nodes the counts of its nodes; empty as {@code parts}, for jobs that are not flows
 * @param parameters those of the job, overlaid with those of the run
 */
public record Instance(
    String id,
    String app,
    String job,
    int jobVersion,
    InstanceState state,
    int priority,
    Instant createdAt,
    Optional<Instant> fireTime,
    Instant dueAt,
    int attempt,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    Optional<Duration> runTime,
    Optional<String> worker,
    Optional<String> result,
    Optional<String> error,
    Optional<EndReason> endReason,
    Optional<Integer> skippedCount,
    Optional<Progress> progress,
    Optional<WaitingFor> waitingFor,
    Optional<MissingCapabilities> missing,
    Optional<String> retryOf,
    Optional<String> parent,
    Optional<Integer> part,
    Optional<PartCounts> parts,
    Optional<String> node,
    Optional<NodeCounts> nodes,
    String processor,
    List<String> requiredTags,
    Map<String, String> parameters) {

  /**
   * Reads an instance as the API writes it, for tests of applications.
   *
   * @throws OrreryException naming a required field that is missing
   */
  public static Instance ofJson(String json) {
    return of(Fields.ofResponse("The instance", json));
  }

  static Instance of(Fields json) {
    return new Instance(
        json.text("id"),
        json.text("app"),
        json.text("job"),
        json.number("jobVersion"),
        InstanceState.of(json),
        json.number("priority"),
        json.instant("createdAt"),
        json.optionalInstant("fireTime"),
        json.instant("dueAt"),
        json.number("attempt"),
        json.optionalInstant("startedAt"),
        json.optionalInstant("endedAt"),
        json.optionalNumber("runMillis").map(Duration::ofMillis),
        json.optionalText("worker"),
        json.optionalText("result"),
        json.optionalText("error"),
        EndReason.of(json),
        json.optionalNumber("skippedCount").map(Math::toIntExact),
        json.optionalObject("progress").map(Progress::of),
        json.optionalText("waitingFor")
            .map(text -> Fields.constant(WaitingFor.class, text, WaitingFor.UNKNOWN)),
        json.optionalObject("missing").map(MissingCapabilities::of),
        json.optionalText("retryOf"),
        json.optionalText("parent"),
        json.optionalNumber("part").map(Math::toIntExact),
        json.optionalObject("parts").map(PartCounts::of),
        json.optionalText("node"),
        json.optionalObject("nodes").map(NodeCounts::of),
        json.text("processor"),
        json.textList("requiredTags"),
        json.texts("parameters"));
  }

  /** Returns true if it will not run any more. */
  public boolean hasEnded() {
    return endedAt.isPresent();
  }

  public boolean hasSucceeded() {
    return state == InstanceState.SUCCEEDED;
  }
}
