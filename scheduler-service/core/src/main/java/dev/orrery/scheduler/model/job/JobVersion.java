package dev.orrery.scheduler.model.job;

import dev.orrery.scheduler.model.job.document.JobDocument;
import dev.orrery.trigger.Trigger;
import java.util.Map;

/**
 * A version of a job for the engine. It never changes, so it is read once.
 *
 * @param id of the version, unique over all jobs
 * @param appId the job's app
 * @param app that app's name
 * @param version counts the edits of the job, from 1
 * @param partLaneId the lane of its parts; null unless its document has {@code fanOut}
 * @param parameters of the document, immutable and in no order: runs without own ones share them
 * @param trigger the trigger of the document; null if there is none
 * @param unreadable the reason why this release cannot read the document; {@code document} then has
 *     only the readable parts and must not run. Null if the document is readable
 */
public record JobVersion(
    long id,
    long jobId,
    int appId,
    String app,
    int version,
    int laneId,
    Integer partLaneId,
    JobDocument document,
    Map<String, String> parameters,
    Trigger trigger,
    String unreadable) {

  /** Returns false if this release cannot read the document, because another release wrote it. */
  public boolean isReadable() {
    return unreadable == null;
  }

  /** Returns true if an instance of this version in this lane is a part. */
  public boolean isPartIn(int lane) {
    return partLaneId != null && partLaneId == lane;
  }

  public String name() {
    return document.name();
  }
}
