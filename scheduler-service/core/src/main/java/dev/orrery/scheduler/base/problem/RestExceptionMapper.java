package dev.orrery.scheduler.base.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.orrery.protocol.ErrorCode;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.NotAcceptableException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Maps exceptions thrown by REST resources to problem responses. */
final class RestExceptionMapper {

  @ServerExceptionMapper
  Response problem(ProblemException e) {
    return ProblemResponse.of(e);
  }

  @ServerExceptionMapper
  Response unauthenticated(UnauthorizedException e) {
    return ProblemResponse.of(
        ProblemException.of(ErrorCode.UNAUTHENTICATED, ProblemTexts.NO_TOKEN));
  }

  @ServerExceptionMapper
  Response tooLarge(BodyTooLargeException e) {
    return ProblemResponse.of(ProblemException.of(ErrorCode.TOO_LARGE, ProblemTexts.TOO_LARGE));
  }

  /**
   * Names the mismatch besides its parent, because RESTEasy would otherwise respond to it without a
   * body.
   */
  @ServerExceptionMapper({JsonProcessingException.class, MismatchedInputException.class})
  Response notJson(JsonProcessingException e) {
    return ProblemResponse.of(MalformedJson.of(e));
  }

  @ServerExceptionMapper
  Response webApplication(WebApplicationException e) {
    if (e.getCause() instanceof JsonProcessingException json) {
      return ProblemResponse.of(MalformedJson.of(json));
    }
    if (e instanceof NotFoundException) {
      return ProblemResponse.of(ProblemException.of(ErrorCode.NOT_FOUND, ProblemTexts.NO_PATH));
    }
    if (e instanceof NotAcceptableException) {
      return ProblemResponse.of(
          ProblemException.of(
              ErrorCode.NOT_ACCEPTABLE,
              "Accept must allow application/json, or text/event-stream for a followed log."));
    }
    if (e instanceof NotSupportedException) {
      return ProblemResponse.of(
          ProblemException.of(ErrorCode.UNSUPPORTED_MEDIA_TYPE, ProblemTexts.NOT_JSON));
    }
    int status = e.getResponse().getStatus();
    if (status == ErrorCode.TOO_LARGE.status()) {
      return ProblemResponse.of(ProblemException.of(ErrorCode.TOO_LARGE, ProblemTexts.TOO_LARGE));
    }
    if (status >= 400 && status < 500) {
      return ProblemResponse.of(
          ProblemException.of(
              ErrorCode.MALFORMED, "The request cannot be read: " + e.getMessage()));
    }
    return ProblemResponse.of(ProblemMapper.from(e));
  }

  @ServerExceptionMapper
  Response unexpected(Throwable e) {
    return ProblemResponse.of(ProblemMapper.from(e));
  }
}
