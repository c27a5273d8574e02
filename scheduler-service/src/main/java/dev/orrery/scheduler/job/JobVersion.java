package dev.orrery.scheduler.job;

/**
 * A version of a job as the engine uses it. Immutable, so it is read once.
 *
 * @param id of the version, unique over all jobs
 * @param appId the job's app
 * @param app that app's name
 * @param version counts the edits of the job, from 1
 */
public record JobVersion(
    long id, long jobId, int appId, String app, int version, int laneId, JobDocument document) {

  public String name() {
    return document.name();
  }
}
