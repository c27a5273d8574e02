package dev.orrery.scheduler.problem;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.ProblemDetail;
import java.time.Duration;
import java.util.Optional;

/** A refusal on its way to the caller; where it is thrown, nothing has been changed. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ProblemDetail problem;
  private final Duration retryAfter;

  public ProblemException(ProblemDetail problem) {
    this(problem, null);
  }

  private ProblemException(ProblemDetail problem, Duration retryAfter) {
    // No stack trace: a refusal is an answer, and under load there are many.
    super(problem.code() + ": " + problem.detail(), null, false, false);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  public static ProblemException of(ErrorCode code, String detail) {
    return new ProblemException(ProblemDetail.of(code, detail, null));
  }

  /** {@code INVALID}: well-formed, but the value at {@code field} cannot be taken. */
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
   * {@code UNAVAILABLE}: the database is away, the service is stopping, or a change lost a
   * conflict.
   */
  public static ProblemException unavailable(String detail) {
    return new ProblemException(
        ProblemDetail.of(ErrorCode.UNAVAILABLE, detail, null),
        ProblemHeaders.RETRY_AFTER_UNAVAILABLE);
  }

  public ProblemDetail problem() {
    return problem;
  }

  /** When it is worth trying again; empty where that changes nothing. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
