package dev.orrery.scheduler.security;

import io.quarkus.security.identity.request.BaseAuthenticationRequest;

/** The token of a request, as a hash. */
final class BearerToken extends BaseAuthenticationRequest {
  private final TokenHash hash;

  BearerToken(TokenHash hash) {
    this.hash = hash;
  }

  TokenHash hash() {
    return hash;
  }
}
