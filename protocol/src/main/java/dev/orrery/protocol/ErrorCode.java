package dev.orrery.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;

/**
 * The codes of all errors, each with the HTTP status that carries it. A code is part of the
 * contract: it never changes its meaning. A program reads a code that it does not know as {@link
 * #UNKNOWN}.
 *
 * <p>Our scheduler never sends {@link #DRAINING}: it parks the poll of a draining worker without
 * work. The code is kept because a scheduler may refuse such a poll instead.
 */
public enum ErrorCode {
  MALFORMED(
      400, "The body is not JSON, a field has the wrong JSON type, or the address is not valid."),
  AMBIGUOUS_PATH(
      400, "Two programs may read the path as different ones; the detail names the part."),
  UNAUTHENTICATED(401, "No token, or one that is not valid."),
  FORBIDDEN(403, "The token is valid but lacks the role that the call needs."),
  CROSS_SITE(
      403, "A write with the cookie of a console session came from a page of another origin."),
  NOT_FOUND(404, "No such path, webhook, token or backfill."),
  APP_NOT_FOUND(404, "No such app, or none that this token may see."),
  JOB_NOT_FOUND(404, "No such job in the app."),
  INSTANCE_NOT_FOUND(404, "No such instance, or none that this token may see."),
  METHOD_NOT_ALLOWED(405, "The path exists, but not with this method."),
  NOT_ACCEPTABLE(406, "The call has no response of a media type that Accept allows."),
  ALREADY_TERMINAL(409, "The instance has ended; terminal states never change."),
  APP_NOT_EMPTY(409, "The app still has jobs, active instances, webhooks or connected workers."),
  NOT_TERMINAL(409, "The call needs an instance that has ended."),
  PROTOCOL_MISMATCH(
      409, "The two sides have no protocol or dialect in common, or a replica lacks the protocol."),
  VERSION_MISMATCH(409, "The two sides have no API version in common."),
  SESSION_GONE(
      409, "The session has ended: the worker stops its attempts and makes a new handshake."),
  DRAINING(409, "The worker has announced that it takes no more work."),
  PRECONDITION_FAILED(
      412, "If-Match, If-None-Match, or the ETag or owner of a job to apply, does not hold."),
  TOO_LARGE(413, "The body is larger than allowed."),
  URI_TOO_LONG(414, "The address of the call is longer than allowed."),
  UNSUPPORTED_MEDIA_TYPE(415, "The call does not accept the media type of the body."),
  INVALID(422, "Well-formed, but not valid; the property field names the place."),
  OVERLOADED(429, "A bounded queue is full; try again after the time in Retry-After."),
  HEADERS_TOO_LARGE(431, "The headers of the call are larger than allowed."),
  INTERNAL(500, "The scheduler failed; the detail names an error id of its log."),
  UNAVAILABLE(
      503,
      "The database is not reachable, the scheduler is stopping, or a change lost a conflict;"
          + " try again after Retry-After."),
  UNREACHABLE(0, "Used by workers only: the scheduler's address did not answer."),
  UNKNOWN(0, "A code of a newer peer; never sent.");

  private final int status;
  private final String description;

  ErrorCode(int status, String description) {
    this.status = status;
    this.description = description;
  }

  /** The HTTP status that carries the code; 0 for codes that are never sent. */
  public int status() {
    return status;
  }

  /** The meaning of the code, in one sentence; part of the OpenAPI document. */
  public String description() {
    return description;
  }

  /** Reads a code. An unknown one, from a newer program, becomes {@link #UNKNOWN}. */
  @JsonCreator
  public static ErrorCode of(String name) {
    return Arrays.stream(values())
        .filter(code -> code.name().equals(name))
        .findFirst()
        .orElse(UNKNOWN);
  }
}
