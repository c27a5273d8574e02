package dev.orrery.scheduler.http.security;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.ProblemRouteInstaller;
import dev.orrery.scheduler.base.problem.ProblemTexts;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the bearer token of a request. Without a valid token the response is 401, on every port.
 */
@ApplicationScoped
class TokenAuthentication implements HttpAuthenticationMechanism {
  private final ProblemRouteInstaller problems;
  private final TokenCache tokens;

  TokenAuthentication(ProblemRouteInstaller problems, TokenCache tokens) {
    this.problems = problems;
    this.tokens = tokens;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext context, IdentityProviderManager identities) {
    Optional<TokenHash> token = BearerHeader.token(context.request());
    return token.isEmpty()
        ? Uni.createFrom().nullItem()
        : identities.authenticate(new BearerToken(token.get()));
  }

  @Override
  public Uni<ChallengeData> getChallenge(RoutingContext context) {
    return BearerHeader.challenge();
  }

  @Override
  public Uni<Boolean> sendChallenge(RoutingContext context) {
    problems.answer(
        context,
        BearerHeader.token(context.request())
            .map(tokens::refusal)
            .orElseGet(
                () -> ProblemException.of(ErrorCode.UNAUTHENTICATED, ProblemTexts.NO_TOKEN)));
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
