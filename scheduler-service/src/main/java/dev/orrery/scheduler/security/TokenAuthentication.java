package dev.orrery.scheduler.security;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.problem.ProblemHeaders;
import dev.orrery.scheduler.problem.ProblemRouteInstaller;
import dev.orrery.scheduler.problem.ProblemTexts;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Set;

/** Reads the bearer token of a request; without a valid one the answer is 401, on every port. */
@ApplicationScoped
class TokenAuthentication implements HttpAuthenticationMechanism {
  private static final String SCHEME = "Bearer ";

  private final ProblemRouteInstaller problems;

  TokenAuthentication(ProblemRouteInstaller problems) {
    this.problems = problems;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext context, IdentityProviderManager identities) {
    if (!hasToken(context)) {
      return Uni.createFrom().nullItem();
    }
    String header = context.request().getHeader(HttpHeaders.AUTHORIZATION);
    String token = header.substring(SCHEME.length()).strip();
    return identities.authenticate(new BearerToken(TokenHash.of(token)));
  }

  private static boolean hasToken(RoutingContext context) {
    String header = context.request().getHeader(HttpHeaders.AUTHORIZATION);
    return header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  @Override
  public Uni<ChallengeData> getChallenge(RoutingContext context) {
    return Uni.createFrom()
        .item(
            new ChallengeData(
                ErrorCode.UNAUTHENTICATED.status(),
                HttpHeaders.WWW_AUTHENTICATE,
                ProblemHeaders.CHALLENGE));
  }

  @Override
  public Uni<Boolean> sendChallenge(RoutingContext context) {
    problems.answer(
        context,
        ProblemException.of(
            ErrorCode.UNAUTHENTICATED,
            hasToken(context) ? ProblemTexts.UNKNOWN_TOKEN : ProblemTexts.NO_TOKEN));
    return Uni.createFrom().item(true);
  }

  @Override
  public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
    return Set.of(BearerToken.class);
  }

  @Override
  public int getPriority() {
    return DEFAULT_PRIORITY + 1000;
  }
}
