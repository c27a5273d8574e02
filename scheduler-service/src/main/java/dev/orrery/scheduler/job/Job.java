package dev.orrery.scheduler.job;

import dev.orrery.scheduler.app.PauseView;
import dev.orrery.scheduler.job.document.JobDocument;
import java.time.Instant;

/**
 * A job as it is now.
 *
 * @param unreadable the reason why this release cannot read the document, of which {@code document}
 *     has the parts that it can read; null if it can
 * @param version counts its edits, from 1
 * @param paused by an operator
 * @param pause null unless it is paused, and where an older release paused it
 * @param owner the file that manages the job; null where none does
 * @param createdAt when its first version was written
 * @param nextFireTime null where there is none, or none yet
 */
public record Job(
    long id,
    JobDocument document,
    String unreadable,
    int version,
    boolean paused,
    PauseView pause,
    String owner,
    Instant createdAt,
    Instant nextFireTime) {

  /** Returns false for a document of a release that this one cannot read. */
  public boolean isReadable() {
    return unreadable == null;
  }

  /** Changes with each edit; another job of the same name has another one. */
  public String etag() {
    return "\"" + id + "-" + version + "\"";
  }
}
