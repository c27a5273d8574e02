package dev.orrery.scheduler.model.job;

import dev.orrery.scheduler.model.app.PauseView;
import dev.orrery.scheduler.model.job.document.JobDocument;
import java.time.Instant;

/**
 * A job in its current version.
 *
 * @param unreadable the reason why this release cannot read the document; {@code document} then has
 *     only the readable parts. Null if the document is readable
 * @param version counts its edits, from 1
 * @param paused true if an operator paused it
 * @param pause null if it is not paused, or if an older release paused it
 * @param owner the owner of the file that manages the job; null if no file does
 * @param declaration how its owner declares it; null if no application does
 * @param createdAt the time of its first version
 * @param nextFireTime null if there is none, or none yet
 * @param overdueSince when it was found that it has not succeeded for too long; null if it has
 */
public record Job(
    long id,
    JobDocument document,
    String unreadable,
    int version,
    boolean paused,
    PauseView pause,
    String owner,
    DeclarationView declaration,
    Instant createdAt,
    Instant nextFireTime,
    Instant overdueSince) {

  /** Returns false if this release cannot read the document, because another release wrote it. */
  public boolean isReadable() {
    return unreadable == null;
  }

  /** Returns true if the declaration in force of the owner has the job. */
  public boolean isDeclaredBy(String declarer) {
    return declarer.equals(owner) && declaration != null && declaration.missingSince() == null;
  }

  /**
   * Returns an ETag that changes with each edit. A new job with the name of a deleted one has
   * another ETag.
   */
  public String etag() {
    return "\"" + id + "-" + version + "\"";
  }
}
