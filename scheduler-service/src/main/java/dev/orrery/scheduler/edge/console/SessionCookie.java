package dev.orrery.scheduler.edge.console;

import dev.orrery.scheduler.http.security.BearerHeader;
import dev.orrery.scheduler.http.security.TokenHash;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Optional;

/**
 * The cookie of a console session: scripts cannot read it, and pages of other sites cannot send it.
 */
final class SessionCookie {
  static final String NAME = "orrery_session";

  /**
   * The name with TLS. Browsers accept the prefix only with {@code Secure}, for the whole host and
   * without a domain, so a page of a subdomain or without TLS cannot set such a cookie.
   */
  static final String NAME_WITH_TLS = "__Host-" + NAME;

  private static final String HTTPS = "https";

  private SessionCookie() {}

  /**
   * Returns the hash of the session's id; empty if the request has a bearer token, which takes
   * precedence.
   */
  static Optional<TokenHash> of(HttpServerRequest request) {
    if (BearerHeader.isPresent(request)) {
      return Optional.empty();
    }
    return Optional.ofNullable(request.getCookie(name(request)))
        .map(Cookie::getValue)
        .map(TokenHash::of);
  }

  private static String name(HttpServerRequest request) {
    return isEncrypted(request) ? NAME_WITH_TLS : NAME;
  }

  static void set(HttpServerRequest request, String id, Duration life) {
    request
        .response()
        .addCookie(
            Cookie.cookie(name(request), id)
                .setPath("/")
                .setMaxAge(life.toSeconds())
                .setHttpOnly(true)
                .setSameSite(CookieSameSite.STRICT)
                .setSecure(isEncrypted(request)));
  }

  static void clear(HttpServerRequest request) {
    set(request, "", Duration.ZERO);
  }

  /**
   * Returns true for TLS here or at a proxy. The header of a proxy is accepted from every sender: a
   * forged one only selects the name and the attribute Secure of the sender's own cookie.
   */
  private static boolean isEncrypted(HttpServerRequest request) {
    String forwarded = request.getHeader("X-Forwarded-Proto");
    return HTTPS.equals(request.scheme())
        || (forwarded != null && HTTPS.equalsIgnoreCase(forwarded.split(",", 2)[0].strip()));
  }
}
