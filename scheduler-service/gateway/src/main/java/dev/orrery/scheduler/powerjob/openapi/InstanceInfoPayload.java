package dev.orrery.scheduler.powerjob.openapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.orrery.powerjob.ClientTimeText;
import dev.orrery.scheduler.model.instance.InstanceId;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;

/**
 * The data of the answer to {@code fetchInstanceInfo}: all fields of PowerJob, including nulls.
 *
 * @param appId the number of the app that its workers send, not the secret of its clients
 * @param wfInstanceId always null, because the run belongs to no workflow
 * @param type always 1, a run outside of workflows
 * @param expectedTriggerTime milliseconds since 1970, as the two after it
 * @param runningTimes the number of the last attempt
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.ALWAYS)
record InstanceInfoPayload(
    long jobId,
    int appId,
    long instanceId,
    Long wfInstanceId,
    String jobParams,
    String instanceParams,
    int status,
    int type,
    String result,
    Long expectedTriggerTime,
    Long actualTriggerTime,
    Long finishedTime,
    String taskTrackerAddress,
    long runningTimes,
    String gmtCreate,
    String gmtModified) {
  private static final int NORMAL = 1;

  static InstanceInfoPayload of(ClientRun run) {
    Instant created = InstanceId.createdAt(run.id());
    return new InstanceInfoPayload(
        run.jobNumber(),
        run.appId(),
        run.number(),
        null,
        run.jobParams(),
        run.instanceParams(),
        RunStatusRule.status(run.state(), run.attempt()).code(),
        NORMAL,
        RunStatusRule.result(run),
        millis(run.expectedAt()),
        millis(run.startedAt()),
        millis(run.endedAt()),
        run.worker() == null ? null : run.worker().address(),
        run.attempt(),
        ClientTimeText.of(created),
        ClientTimeText.of(changed(run, created)));
  }

  private static Instant changed(ClientRun run, Instant created) {
    if (run.endedAt() != null) {
      return run.endedAt();
    }
    return run.startedAt() == null ? created : run.startedAt();
  }

  private static Long millis(Instant instant) {
    return instant == null ? null : instant.toEpochMilli();
  }
}
