package dev.orrery.scheduler.problem;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParseException;
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
  void statusOfTheFrameworkIsAProblem(int status, ErrorCode code) {
    Response response = mapper.webApplication(new WebApplicationException("why", status));

    assertThat(problem(response).code()).isEqualTo(code);
    assertThat(response.getStatus()).isEqualTo(code.status());
  }

  @Test
  void requestThatCannotBeReadSaysWhy() {
    assertThat(problem(mapper.webApplication(new WebApplicationException("why", 400))).detail())
        .isEqualTo("The request cannot be read: why");
  }

  @Test
  void refusalsOfTheFrameworkHaveTheirOwnCodes() {
    assertThat(problem(mapper.webApplication(new NotFoundException())).code())
        .isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(problem(mapper.webApplication(new NotAllowedException("GET"))).code())
        .isEqualTo(ErrorCode.METHOD_NOT_ALLOWED);
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
  void onlyAMissingTokenIsAskedFor() {
    assertThat(
            header(
                mapper.unauthenticated(new UnauthorizedException()), HttpHeaders.WWW_AUTHENTICATE))
        .isEqualTo("Bearer");
    assertThat(
            header(mapper.forbidden(new ForbiddenException(), null), HttpHeaders.WWW_AUTHENTICATE))
        .isNull();
  }

  @Test
  void refusalThatIsWorthAnotherTrySaysWhen() {
    ProblemException later = ProblemException.unavailable("later");

    assertThat(header(mapper.problem(later), HttpHeaders.RETRY_AFTER))
        .isEqualTo(Long.toString(later.retryAfter().orElseThrow().toSeconds()));
    assertThat(
            header(
                mapper.problem(ProblemException.of(ErrorCode.NOT_FOUND, "no")),
                HttpHeaders.RETRY_AFTER))
        .isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "withRole, This call needs a token with the role admin.",
    "withRoles, This call needs a token with the role editor or admin.",
    "withRoleOfItsClass, This call needs a token with the role viewer."
  })
  void forbiddenCallNamesTheRoleThatItNeeds(String method, String detail) {
    assertThat(forbidden(method(OfViewers.class, method))).isEqualTo(detail);
  }

  @Test
  void forbiddenCallWithoutAKnownRoleNamesNone() {
    String detail = "The token's role does not allow this call.";

    assertThat(forbidden(method(OfAll.class, "withoutRole"))).isEqualTo(detail);
    assertThat(forbidden(null)).isEqualTo(detail);
    assertThat(problem(mapper.forbidden(new ForbiddenException(), null)).detail())
        .isEqualTo(detail);
  }

  @RolesAllowed("viewer")
  interface OfViewers {
    @RolesAllowed("admin")
    void withRole();

    @RolesAllowed({"editor", "admin"})
    void withRoles();

    void withRoleOfItsClass();
  }

  interface OfAll {
    void withoutRole();
  }

  private static Method method(Class<?> resource, String name) {
    try {
      return resource.getDeclaredMethod(name);
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  private String forbidden(Method method) {
    ResourceInfo resource =
        new ResourceInfo() {
          @Override
          public Method getResourceMethod() {
            return method;
          }

          @Override
          public Class<?> getResourceClass() {
            return method == null ? null : method.getDeclaringClass();
          }
        };
    return problem(mapper.forbidden(new ForbiddenException(), resource)).detail();
  }

  private static ProblemDetail problem(Response response) {
    return (ProblemDetail) response.getEntity();
  }

  private static String header(Response response, String name) {
    return response.getHeaderString(name);
  }
}
