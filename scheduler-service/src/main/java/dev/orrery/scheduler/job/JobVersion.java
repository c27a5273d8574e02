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
 * @param unreadable the reason why this release cannot read the document, which is then made of the
 *     parts that it can read and must not be run; null if it can
 */
public record JobVersion(
    long id,
    long jobId,
    int appId,
    String app,
    int version,
    int laneId,
    JobDocument document,
    Trigger trigger,
    String unreadable) {

  /** Returns false for a document of a release that this one cannot read. */
  public boolean isReadable() {
    return unreadable == null;
  }

  public String name() {
    return document.name();
  }
}
