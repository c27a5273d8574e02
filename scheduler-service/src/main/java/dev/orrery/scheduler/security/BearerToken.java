package dev.orrery.scheduler.security;

import io.quarkus.security.identity.request.BaseAuthenticationRequest;

/** A token as it came with a request. */
final class BearerToken extends BaseAuthenticationRequest {
  private final TokenHash hash;

  BearerToken(TokenHash hash) {
    this.hash = hash;
  }

  TokenHash hash() {
    return hash;
  }
}
