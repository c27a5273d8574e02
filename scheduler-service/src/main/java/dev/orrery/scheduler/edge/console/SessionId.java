package dev.orrery.scheduler.edge.console;

import dev.orrery.scheduler.http.security.TokenHash;
import io.quarkus.security.identity.request.BaseAuthenticationRequest;

/** The hash of the session id that came with a request. */
final class SessionId extends BaseAuthenticationRequest {
  private final TokenHash hash;

  SessionId(TokenHash hash) {
    this.hash = hash;
  }

  TokenHash hash() {
    return hash;
  }
}
