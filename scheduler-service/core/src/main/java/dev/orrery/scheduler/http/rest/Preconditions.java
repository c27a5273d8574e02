package dev.orrery.scheduler.http.rest;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.problem.ProblemException;
import java.util.Optional;

/**
 * The conditional headers of a write.
 *
 * @param ifMatch the header as sent, or null
 * @param ifNoneMatch the header as sent, or null
 */
public record Preconditions(String ifMatch, String ifNoneMatch) {
  public static final Preconditions NONE = new Preconditions(null, null);

  /**
   * Requires that the conditions hold.
   *
   * @param etag the ETag of the stored document; empty if there is none
   * @param what the kind of document, for the message
   * @throws ProblemException {@code PRECONDITION_FAILED} if a header does not hold
   */
  public void require(Optional<String> etag, String what) {
    if (ifMatch != null && etag.filter(current -> EntityTag.isIn(ifMatch, current)).isEmpty()) {
      throw ProblemException.of(
          ErrorCode.PRECONDITION_FAILED,
          etag.map(current -> "If-Match does not hold: the " + what + " is at " + current + ".")
              .orElse("If-Match does not hold: there is no such " + what + "."));
    }
    if (ifNoneMatch != null
        && etag.filter(current -> EntityTag.isIn(ifNoneMatch, current)).isPresent()) {
      throw ProblemException.of(
          ErrorCode.PRECONDITION_FAILED,
          "If-None-Match does not hold: the " + what + " is at " + etag.get() + ".");
    }
  }
}
