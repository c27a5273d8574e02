package dev.orrery.scheduler.base.problem;

import jakarta.ws.rs.core.Response;

/** Builds the responses of resources for problems. */
public final class ProblemResponse {
  private ProblemResponse() {}

  public static Response of(ProblemException e) {
    Response.ResponseBuilder response = Response.status(e.problem().status()).entity(e.problem());
    ProblemHeaders.write(e, response::header);
    return response.build();
  }
}
