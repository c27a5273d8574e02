package dev.orrery.scheduler.http.security;

import dev.orrery.scheduler.base.problem.ProblemException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Creates the identity of the caller from a token. */
@ApplicationScoped
class TokenIdentityProvider implements IdentityProvider<BearerToken> {
  private final TokenCache tokens;

  TokenIdentityProvider(TokenCache tokens) {
    this.tokens = tokens;
  }

  @Override
  public Class<BearerToken> getRequestType() {
    return BearerToken.class;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      BearerToken token, AuthenticationRequestContext context) {
    Optional<Caller> remembered = tokens.remembered(token.hash());
    if (remembered.isPresent()) {
      return Uni.createFrom().item(remembered.get().toIdentity());
    }
    if (tokens.wasJustRefused(token.hash())) {
      return Uni.createFrom().failure(new AuthenticationFailedException());
    }
    Runnable end;
    try {
      end = tokens.beginLookup(token.hash());
    } catch (ProblemException e) {
      return Uni.createFrom().failure(e);
    }
    return context
        .runBlocking(
            () ->
                tokens
                    .find(token.hash())
                    .orElseThrow(AuthenticationFailedException::new)
                    .toIdentity())
        .onTermination()
        .invoke(end);
  }
}
