package dev.orrery.scheduler.http.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.ProblemDetail;
import io.quarkus.security.ForbiddenException;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForbiddenCallMapperTest {
  private final ForbiddenCallMapper mapper =
      new ForbiddenCallMapper(new Caller(Role.OPERATOR, 1, "demo").toIdentity());

  @ParameterizedTest
  @CsvSource({
    "withRole, This call needs a token with the role admin. This one has the role operator.",
    "withRoles, This call needs a token with the role editor or admin. This one has the role operator.",
    "withRoleOfItsClass, This call needs a token with the role viewer. This one has the role operator."
  })
  void namesRequiredRoleForForbiddenCall(String method, String detail) {
    assertThat(forbidden(method(OfViewers.class, method))).isEqualTo(detail);
  }

  @Test
  void omitsRequiredRoleWhenUnknown() {
    String detail = "The token's role does not allow this call. This one has the role operator.";

    assertThat(forbidden(method(OfAll.class, "withoutRole"))).isEqualTo(detail);
    assertThat(forbidden(null)).isEqualTo(detail);
    assertThat(detail(mapper.forbidden(new ForbiddenException(), null))).isEqualTo(detail);
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
    return detail(mapper.forbidden(new ForbiddenException(), resource));
  }

  @Test
  void requestsNoTokenForForbiddenCall() {
    Response response = mapper.forbidden(new ForbiddenException(), null);

    assertThat(response.getHeaderString(HttpHeaders.WWW_AUTHENTICATE)).isNull();
  }

  private static String detail(Response response) {
    return ((ProblemDetail) response.getEntity()).detail();
  }
}
