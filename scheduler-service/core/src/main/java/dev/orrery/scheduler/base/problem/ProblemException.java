package dev.orrery.scheduler.base.problem;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.ProblemDetail;
import java.time.Duration;
import java.util.Optional;

/** Thrown to send an error response to the caller. Code that throws it has changed nothing. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ProblemDetail problem;
  private final Duration retryAfter;

  public ProblemException(ProblemDetail problem) {
    this(problem, null);
  }

  private ProblemException(ProblemDetail problem, Duration retryAfter) {
    // No stack trace: refusals are normal responses, and frequent under load.
    super(problem.code() + ": " + problem.detail(), null, false, false);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  public static ProblemException of(ErrorCode code, String detail) {
    return new ProblemException(ProblemDetail.of(code, detail, null));
  }

  /** {@code INVALID}: well-formed, but the value of {@code field} is not accepted. */
  public static ProblemException invalid(String field, String detail) {
    return new ProblemException(ProblemDetail.of(ErrorCode.INVALID, detail, field));
  }

  /** {@code MALFORMED}: not JSON, or of the wrong JSON type. */
  public static ProblemException malformed(String field, String detail) {
    return new ProblemException(ProblemDetail.of(ErrorCode.MALFORMED, detail, field));
  }

  /** {@code OVERLOADED}: a bounded queue is full. */
  public static ProblemException overloaded(String detail) {
    return new ProblemException(
        ProblemDetail.of(ErrorCode.OVERLOADED, detail, null),
        ProblemHeaders.RETRY_AFTER_OVERLOADED);
  }

  /**
   * {@code UNAVAILABLE}: the database is not available, the service is stopping, or a change met a
   * conflict or a lock.
   */
  public static ProblemException unavailable(String detail) {
    return new ProblemException(
        ProblemDetail.of(ErrorCode.UNAVAILABLE, detail, null),
        ProblemHeaders.RETRY_AFTER_UNAVAILABLE);
  }

  public ProblemDetail problem() {
    return problem;
  }

  /** Returns the time before the next try; empty if a retry does not help. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
