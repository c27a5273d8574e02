package dev.orrery.scheduler.model.job;

import dev.orrery.scheduler.base.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Limits the jobs and lanes of an app. The limits are exact if the caller holds the lock of the
 * app, which a dry run does not.
 */
@ApplicationScoped
public class JobQuota {
  private static final long MIB = 1024 * 1024;

  private final JobStore store;
  private final JobConfig config;

  JobQuota(JobStore store, JobConfig config) {
    this.store = store;
    this.config = config;
  }

  /**
   * Checks the number of jobs before a call creates and deletes jobs.
   *
   * @param field the field of the request that names the new jobs
   * @throws ProblemException {@code INVALID} if the app would have too many jobs
   */
  public void requireRoom(int appId, String field, int created, int deleted) {
    if (created <= deleted) {
      return;
    }
    long jobs = store.count(appId);
    if (jobs + created - deleted > config.maxPerApp()) {
      throw ProblemException.invalid(
          field,
          "'%s' adds %d to the %d jobs of the app, which may have at most %d (%s). Delete some first."
              .formatted(
                  field, created - deleted, jobs, config.maxPerApp(), JobConfig.MAX_PER_APP));
    }
  }

  /**
   * Checks the size of the documents that an app stores, after the caller has written all of its
   * versions.
   *
   * @param job the name of a written job
   * @throws ProblemException {@code INVALID} if they are too large
   */
  void requireRoomForDocuments(int appId, String job) {
    long bytes = store.documentBytes(appId);
    if (bytes > config.maxDocumentMibPerApp() * MIB) {
      throw ProblemException.invalid(
          "name",
          "With the new version of job '%s' the documents of the app take %d bytes, at most %d MiB"
                  .formatted(job, bytes, config.maxDocumentMibPerApp())
              + " ("
              + JobConfig.MAX_DOCUMENT_MIB_PER_APP
              + "). Versions end by orrery.retention.versions and .versions-per-job: write fewer,"
              + " use smaller documents, or raise the limit.");
    }
  }

  /**
   * Checks the number of lanes before a job creates another one.
   *
   * @throws ProblemException {@code INVALID} if the app has too many lanes
   */
  void requireRoomForLane(int appId, String job) {
    long lanes = store.countLanes(appId);
    if (lanes >= config.maxLanesPerApp()) {
      throw ProblemException.invalid(
          "requiredTags",
          "'requiredTags' and the processor of job '%s' make a new lane; the app has %d, at most %d"
                  .formatted(job, lanes, config.maxLanesPerApp())
              + " ("
              + JobConfig.MAX_LANES_PER_APP
              + "). Use the tags and processor of another job.");
    }
  }
}
