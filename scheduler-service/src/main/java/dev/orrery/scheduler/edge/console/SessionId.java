package dev.orrery.scheduler.edge.console;

import dev.orrery.scheduler.http.security.TokenHash;
import io.quarkus.security.identity.request.BaseAuthenticationRequest;

/** An authentication request with the hash of the id of a console session. */
final class SessionId extends BaseAuthenticationRequest {
  private final TokenHash hash;

  SessionId(TokenHash hash) {
    this.hash = hash;
  }

  TokenHash hash() {
    return hash;
  }
}
