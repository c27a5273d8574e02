package dev.orrery.scheduler.console;

import dev.orrery.scheduler.security.BearerHeader;
import dev.orrery.scheduler.security.TokenHash;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.NewCookie.SameSite;
import jakarta.ws.rs.ext.RuntimeDelegate;
import java.time.Duration;
import java.util.Optional;

/** The cookie of a session: scripts cannot read it, and pages of other sites cannot send it. */
final class SessionCookie {
  static final String NAME = "orrery_session";

  private static final String HTTPS = "https";

  private SessionCookie() {}

  /** The hash of the session's id; empty if the request has a bearer token, which wins. */
  static Optional<TokenHash> of(HttpServerRequest request) {
    if (BearerHeader.isPresent(request)) {
      return Optional.empty();
    }
    return Optional.ofNullable(request.getCookie(NAME)).map(Cookie::getValue).map(TokenHash::of);
  }

  static NewCookie opening(String id, Duration life, HttpServerRequest request) {
    return cookie(id, life, request);
  }

  /** Makes a browser delete its cookie. */
  static NewCookie clearing(HttpServerRequest request) {
    return cookie("", Duration.ZERO, request);
  }

  /** The same as the value of a {@code Set-Cookie} header. */
  static String clearingHeader(HttpServerRequest request) {
    return RuntimeDelegate.getInstance()
        .createHeaderDelegate(NewCookie.class)
        .toString(clearing(request));
  }

  private static NewCookie cookie(String value, Duration life, HttpServerRequest request) {
    return new NewCookie.Builder(NAME)
        .value(value)
        .path("/")
        .maxAge((int) life.toSeconds())
        .httpOnly(true)
        .sameSite(SameSite.STRICT)
        .secure(isEncrypted(request))
        .build();
  }

  /**
   * Returns true for TLS here or at a proxy. Its header is believed from everybody: whoever can
   * forge it in a browser's own request gains a cookie that is sent less often.
   */
  private static boolean isEncrypted(HttpServerRequest request) {
    String forwarded = request.getHeader("X-Forwarded-Proto");
    return HTTPS.equals(request.scheme())
        || (forwarded != null && HTTPS.equalsIgnoreCase(forwarded.split(",", 2)[0].strip()));
  }
}
