package dev.orrery.scheduler.problem;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.ProblemDetail;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/** Makes responses of problems, for resources. */
public final class ProblemResponse {
  private ProblemResponse() {}

  public static Response of(ProblemException e) {
    ProblemDetail problem = e.problem();
    Response.ResponseBuilder response =
        Response.status(problem.status()).type(ProblemDetail.MEDIA_TYPE).entity(problem);
    e.retryAfter().ifPresent(after -> response.header(HttpHeaders.RETRY_AFTER, after.toSeconds()));
    if (problem.code() == ErrorCode.UNAUTHENTICATED) {
      response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    return response.build();
  }
}
