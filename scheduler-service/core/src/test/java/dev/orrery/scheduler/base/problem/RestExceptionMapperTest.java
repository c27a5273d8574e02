package dev.orrery.scheduler.base.problem;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParseException;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.ProblemDetail;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestExceptionMapperTest {
  private final RestExceptionMapper mapper = new RestExceptionMapper();

  @ParameterizedTest
  @CsvSource({
    "302, INTERNAL",
    "399, INTERNAL",
    "400, MALFORMED",
    "406, MALFORMED",
    "413, TOO_LARGE",
    "499, MALFORMED",
    "500, INTERNAL",
    "503, INTERNAL"
  })
  void mapsFrameworkStatusToErrorCode(int status, ErrorCode code) {
    Response response = mapper.webApplication(new WebApplicationException("why", status));

    assertThat(problem(response).code()).isEqualTo(code);
    assertThat(response.getStatus()).isEqualTo(code.status());
  }

  @Test
  void includesReasonForUnreadableRequest() {
    assertThat(problem(mapper.webApplication(new WebApplicationException("why", 400))).detail())
        .isEqualTo("The request cannot be read: why");
  }

  @Test
  void mapsFrameworkExceptionsToErrorCodes() {
    assertThat(problem(mapper.webApplication(new NotFoundException())).code())
        .isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(problem(mapper.webApplication(new NotSupportedException())).code())
        .isEqualTo(ErrorCode.UNSUPPORTED_MEDIA_TYPE);
    assertThat(problem(mapper.tooLarge(new BodyTooLargeException())).code())
        .isEqualTo(ErrorCode.TOO_LARGE);
    assertThat(
            problem(
                    mapper.webApplication(
                        new WebApplicationException(new JsonParseException(null, "no"), 500)))
                .code())
        .isEqualTo(ErrorCode.MALFORMED);
  }

  @Test
  void requestsBearerTokenWhenUnauthenticated() {
    assertThat(
            header(
                mapper.unauthenticated(new UnauthorizedException()), HttpHeaders.WWW_AUTHENTICATE))
        .isEqualTo("Bearer");
  }

  @Test
  void setsRetryAfterHeaderOnlyForRetryableRefusal() {
    ProblemException later = ProblemException.unavailable("later");

    assertThat(header(mapper.problem(later), HttpHeaders.RETRY_AFTER))
        .isEqualTo(Long.toString(later.retryAfter().orElseThrow().toSeconds()));
    assertThat(
            header(
                mapper.problem(ProblemException.of(ErrorCode.NOT_FOUND, "no")),
                HttpHeaders.RETRY_AFTER))
        .isNull();
  }

  private static ProblemDetail problem(Response response) {
    return (ProblemDetail) response.getEntity();
  }

  private static String header(Response response, String name) {
    return response.getHeaderString(name);
  }
}
