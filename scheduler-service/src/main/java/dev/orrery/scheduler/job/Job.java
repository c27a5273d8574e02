package dev.orrery.scheduler.job;

import dev.orrery.scheduler.job.document.JobDocument;
import java.time.Instant;

/**
 * A job as it is now.
 *
 * @param version counts its edits, from 1
 * @param paused by an operator
 * @param nextFireTime null where there is none, or none yet
 */
record Job(long id, JobDocument document, int version, boolean paused, Instant nextFireTime) {

  /** Changes with each edit; another job of the same name has another one. */
  String etag() {
    return "\"" + id + "-" + version + "\"";
  }
}
