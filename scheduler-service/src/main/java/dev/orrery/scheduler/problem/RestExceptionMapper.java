package dev.orrery.scheduler.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.ProblemDetail;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.lang.reflect.Method;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Maps exceptions of resources to responses. */
final class RestExceptionMapper {

  @ServerExceptionMapper
  Response problem(ProblemException e) {
    return response(e);
  }

  @ServerExceptionMapper
  Response unauthenticated(UnauthorizedException e) {
    return response(ProblemException.of(ErrorCode.UNAUTHENTICATED, ProblemTexts.NO_TOKEN));
  }

  @ServerExceptionMapper
  Response forbidden(ForbiddenException e, ResourceInfo resource) {
    return response(
        ProblemException.of(ErrorCode.FORBIDDEN, ProblemTexts.forbidden(role(resource))));
  }

  @ServerExceptionMapper
  Response tooLarge(BodyTooLargeException e) {
    return response(ProblemException.of(ErrorCode.TOO_LARGE, ProblemTexts.TOO_LARGE));
  }

  /** Named besides its parent, because RESTEasy would answer the mismatch without a body. */
  @ServerExceptionMapper({JsonProcessingException.class, MismatchedInputException.class})
  Response notJson(JsonProcessingException e) {
    return response(MalformedJson.of(e));
  }

  @ServerExceptionMapper
  Response webApplication(WebApplicationException e) {
    if (e.getCause() instanceof JsonProcessingException json) {
      return response(MalformedJson.of(json));
    }
    if (e instanceof NotFoundException) {
      return response(ProblemException.of(ErrorCode.NOT_FOUND, "There is nothing at this path."));
    }
    if (e instanceof NotAllowedException) {
      return response(
          ProblemException.of(
              ErrorCode.METHOD_NOT_ALLOWED, "This path does not take this method."));
    }
    if (e instanceof NotSupportedException) {
      return response(
          ProblemException.of(
              ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json."));
    }
    int status = e.getResponse().getStatus();
    if (status == ErrorCode.TOO_LARGE.status()) {
      return response(ProblemException.of(ErrorCode.TOO_LARGE, ProblemTexts.TOO_LARGE));
    }
    if (status >= 400 && status < 500) {
      return response(
          ProblemException.of(
              ErrorCode.MALFORMED, "The request cannot be read: " + e.getMessage()));
    }
    return response(ProblemMapper.from(e));
  }

  @ServerExceptionMapper
  Response unexpected(Throwable e) {
    return response(ProblemMapper.from(e));
  }

  private static String role(ResourceInfo resource) {
    Method method = resource == null ? null : resource.getResourceMethod();
    if (method == null) {
      return null;
    }
    RolesAllowed roles = method.getAnnotation(RolesAllowed.class);
    if (roles == null) {
      roles = method.getDeclaringClass().getAnnotation(RolesAllowed.class);
    }
    return roles == null ? null : String.join(" or ", roles.value());
  }

  private static Response response(ProblemException e) {
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
