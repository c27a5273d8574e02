package dev.orrery.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;

/**
 * The codes of all errors, each with the HTTP status that carries it. A code is part of the
 * contract: it never changes its meaning, and a peer that does not know one reads {@link #UNKNOWN}.
 *
 * <p>Our scheduler never sends {@link #DRAINING}: it parks the poll of a draining worker without
 * work. The code is kept because a scheduler may refuse such a poll instead.
 */
public enum ErrorCode {
  /** The body is not JSON, or a field has the wrong JSON type. */
  MALFORMED(400),
  /** Two programs may read the path as different ones; the detail names the part. */
  AMBIGUOUS_PATH(400),
  /** No token, or one that is not valid. */
  UNAUTHENTICATED(401),
  /** The token is valid but lacks the role that the call needs. */
  FORBIDDEN(403),
  /** No such path. */
  NOT_FOUND(404),
  /** No such app, or none that this token may see. */
  APP_NOT_FOUND(404),
  /** No such job in the app. */
  JOB_NOT_FOUND(404),
  /** No such instance, or none that this token may see. */
  INSTANCE_NOT_FOUND(404),
  /** The path exists, but not with this method. */
  METHOD_NOT_ALLOWED(405),
  /** The instance has ended; terminal states never change. */
  ALREADY_TERMINAL(409),
  /** The app still has jobs, active instances, webhooks or connected workers. */
  APP_NOT_EMPTY(409),
  /** The call needs an instance that has ended. */
  NOT_TERMINAL(409),
  /** The two sides have no protocol or dialect in common, or a replica lacks the protocol. */
  PROTOCOL_MISMATCH(409),
  /** The two sides have no protocol version in common. */
  VERSION_MISMATCH(409),
  /** The session has ended: the worker stops its attempts and makes a new handshake. */
  SESSION_GONE(409),
  /** The worker has announced that it takes no more work. */
  DRAINING(409),
  /** If-Match, If-None-Match, or the ETag or owner of a job to apply, does not hold. */
  PRECONDITION_FAILED(412),
  /** The body is larger than allowed. */
  TOO_LARGE(413),
  /** The call does not accept the media type of the body. */
  UNSUPPORTED_MEDIA_TYPE(415),
  /** Well-formed, but not valid; {@code field} names the place. */
  INVALID(422),
  /** A bounded queue is full; try again after the time in Retry-After. */
  OVERLOADED(429),
  /** The scheduler failed; the detail names an error id of its log. */
  INTERNAL(500),
  /** The database is not reachable, or the scheduler is stopping; try again after Retry-After. */
  UNAVAILABLE(503),
  /** Used by workers only: the scheduler's address did not answer. */
  UNREACHABLE(0),
  /** A code of a newer peer; never sent. */
  UNKNOWN(0);

  private final int status;

  ErrorCode(int status) {
    this.status = status;
  }

  /** The HTTP status that carries the code; 0 for codes that are never sent. */
  public int status() {
    return status;
  }

  /** Reads a code; one from a newer peer becomes {@link #UNKNOWN} and never an error. */
  @JsonCreator
  public static ErrorCode of(String name) {
    return Arrays.stream(values())
        .filter(code -> code.name().equals(name))
        .findFirst()
        .orElse(UNKNOWN);
  }
}
