package dev.orrery.scheduler.edge.console;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.ProblemRouteInstaller;
import dev.orrery.scheduler.http.security.BearerHeader;
import dev.orrery.scheduler.http.security.TokenHash;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Optional;
import java.util.Set;

/** Authenticates a request by the cookie of a console session instead of a bearer token. */
@ApplicationScoped
class SessionAuthentication implements HttpAuthenticationMechanism {
  /**
   * Runs before the mechanism of tokens, which responds to all other requests without valid
   * credentials.
   */
  private static final int BEFORE_TOKENS = DEFAULT_PRIORITY + 2000;

  private static final String ENDED =
      "The session has ended, or its token was revoked or has expired. Sign in again.";

  private final ConsoleConfig config;
  private final ProblemRouteInstaller problems;

  SessionAuthentication(ConsoleConfig config, ProblemRouteInstaller problems) {
    this.config = config;
    this.problems = problems;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext context, IdentityProviderManager identities) {
    Optional<TokenHash> id = session(context);
    if (id.isEmpty()) {
      return Uni.createFrom().nullItem();
    }
    // Shared caches could otherwise store responses to requests with a cookie, and browsers could
    // show them as pages.
    context
        .response()
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("X-Content-Type-Options", "nosniff");
    return identities.authenticate(new SessionId(id.get()));
  }

  /** Returns the session of the request; a sign-in ignores an earlier session. */
  private Optional<TokenHash> session(RoutingContext context) {
    return !config.enabled() || ClientRequest.isSignIn(context.request())
        ? Optional.empty()
        : SessionCookie.of(context.request());
  }

  @Override
  public Uni<ChallengeData> getChallenge(RoutingContext context) {
    return BearerHeader.challenge();
  }

  @Override
  public Uni<Boolean> sendChallenge(RoutingContext context) {
    if (session(context).isEmpty()) {
      return Uni.createFrom().item(false);
    }
    SessionCookie.clear(context.request());
    problems.answer(context, ProblemException.of(ErrorCode.UNAUTHENTICATED, ENDED));
    return Uni.createFrom().item(true);
  }

  @Override
  public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
    return Set.of(SessionId.class);
  }

  @Override
  public int getPriority() {
    return BEFORE_TOKENS;
  }
}
