package dev.orrery.scheduler.http.security;

import io.quarkus.security.identity.request.BaseAuthenticationRequest;

/** The hashed token of a request. */
final class BearerToken extends BaseAuthenticationRequest {
  private final TokenHash hash;

  BearerToken(TokenHash hash) {
    this.hash = hash;
  }

  TokenHash hash() {
    return hash;
  }
}
