package dev.orrery.scheduler.job;

import dev.orrery.scheduler.job.document.JobDocument;
import dev.orrery.scheduler.trigger.Trigger;

/**
 * A version of a job as the engine uses it. Immutable, so it is read once.
 *
 * @param id of the version, unique over all jobs
 * @param appId the job's app
 * @param app that app's name
 * @param version counts the edits of the job, from 1
 * @param trigger what the document's trigger means; null where there is none
 */
public record JobVersion(
    long id,
    long jobId,
    int appId,
    String app,
    int version,
    int laneId,
    JobDocument document,
    Trigger trigger) {

  public String name() {
    return document.name();
  }
}
