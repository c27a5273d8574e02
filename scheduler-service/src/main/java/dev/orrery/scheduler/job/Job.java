package dev.orrery.scheduler.job;

import dev.orrery.scheduler.job.document.JobDocument;
import java.time.Instant;

/**
 * A job as it is now.
 *
 * @param version counts its edits, from 1
 * @param paused by an operator
 * @param owner the file that manages the job; null where none does
 * @param nextFireTime null where there is none, or none yet
 */
public record Job(
    long id,
    JobDocument document,
    int version,
    boolean paused,
    String owner,
    Instant nextFireTime) {

  /** Changes with each edit; another job of the same name has another one. */
  public String etag() {
    return "\"" + id + "-" + version + "\"";
  }
}
