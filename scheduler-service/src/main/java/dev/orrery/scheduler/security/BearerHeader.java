package dev.orrery.scheduler.security;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** Reads the bearer token of a request. */
public final class BearerHeader {
  private static final String SCHEME = "Bearer ";

  private BearerHeader() {}

  /** Returns true if there is one, valid or not. */
  public static boolean isPresent(HttpServerRequest request) {
    return find(request) != null;
  }

  /** The hash of the token; empty if there is none. */
  public static Optional<TokenHash> token(HttpServerRequest request) {
    return Optional.ofNullable(find(request))
        .map(header -> TokenHash.of(header.substring(SCHEME.length()).strip()));
  }

  private static String find(HttpServerRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    return header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? header
        : null;
  }
}
