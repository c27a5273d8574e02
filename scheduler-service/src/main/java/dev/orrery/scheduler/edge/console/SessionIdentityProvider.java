package dev.orrery.scheduler.edge.console;

import dev.orrery.scheduler.http.security.Caller;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Returns the identity of a console session: the identity of its token. */
@ApplicationScoped
class SessionIdentityProvider implements IdentityProvider<SessionId> {
  private final ConsoleSessionCache sessions;

  SessionIdentityProvider(ConsoleSessionCache sessions) {
    this.sessions = sessions;
  }

  @Override
  public Class<SessionId> getRequestType() {
    return SessionId.class;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(SessionId id, AuthenticationRequestContext context) {
    Optional<Caller> remembered = sessions.remembered(id.hash());
    if (remembered.isPresent()) {
      return Uni.createFrom().item(remembered.get().toIdentity());
    }
    if (sessions.wasJustRefused(id.hash())) {
      return Uni.createFrom().failure(new AuthenticationFailedException());
    }
    return context.runBlocking(
        () ->
            sessions.find(id.hash()).orElseThrow(AuthenticationFailedException::new).toIdentity());
  }
}
