package dev.orrery.scheduler.http.security;

import dev.orrery.scheduler.base.problem.ProblemResponse;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Response;
import java.lang.reflect.Method;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Builds the error responses for calls that the role of their token does not allow. */
final class ForbiddenCallMapper {
  private final SecurityIdentity identity;

  ForbiddenCallMapper(SecurityIdentity identity) {
    this.identity = identity;
  }

  @ServerExceptionMapper
  Response forbidden(ForbiddenException e, ResourceInfo resource) {
    return ProblemResponse.of(Caller.of(identity).forbidden(role(resource)));
  }

  /** Returns the role that the resource requires, or null if unknown. */
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
}
