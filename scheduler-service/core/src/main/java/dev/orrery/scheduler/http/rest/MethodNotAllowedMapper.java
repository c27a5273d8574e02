package dev.orrery.scheduler.http.rest;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.ProblemResponse;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Lists the methods of the path in responses to OPTIONS and to unsupported methods. */
@Singleton
class MethodNotAllowedMapper {
  private final OpenApiFile file;

  MethodNotAllowedMapper(OpenApiFile file) {
    this.file = file;
  }

  @ServerExceptionMapper
  Response notAllowed(NotAllowedException e, HttpServerRequest request) {
    String allowed = allowed(request.path());
    ProblemException problem =
        ProblemException.of(
            ErrorCode.METHOD_NOT_ALLOWED,
            "This path does not take " + request.method() + ". It takes " + allowed + ".");
    return Response.fromResponse(ProblemResponse.of(problem))
        .header(HttpHeaders.ALLOW, allowed)
        .build();
  }

  /** RESTEasy would otherwise list the methods of all paths together. */
  @ServerResponseFilter
  void nameMethods(
      ContainerRequestContext request,
      ContainerResponseContext response,
      HttpServerRequest received) {
    if (request.getMethod().equals(HttpMethod.OPTIONS)
        && response.getHeaders().containsKey(HttpHeaders.ALLOW)) {
      response.getHeaders().putSingle(HttpHeaders.ALLOW, allowed(received.path()));
    }
  }

  private String allowed(String path) {
    return String.join(", ", file.methods().of(path).orElse(Set.of()));
  }
}
