package dev.orrery.outbound;

import dev.orrery.outbound.OutboundException.Kind;
import dev.orrery.protocol.text.HostText;
import dev.orrery.protocol.text.UrlText;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One hop of a request: the original request, or a redirect. Decides which redirects to follow. */
record RequestHop(
    String method,
    URI url,
    Map<String, String> headers,
    Optional<String> body,
    boolean isBodySecret,
    int redirectsLeft) {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  static RequestHop first(OutboundRequest request) throws OutboundException {
    return new RequestHop(
        request.method(),
        checked(request.url()),
        request.headers(),
        request.body(),
        request.isBodySecret(),
        request.maxRedirects());
  }

  /** Returns true if the response is a redirect to follow. */
  static boolean isRedirect(OutboundRequest request, int status, String location) {
    return request.maxRedirects() > 0 && REDIRECTS.contains(status) && location != null;
  }

  /**
   * Returns the next hop.
   *
   * @throws OutboundException if the redirect exceeds the limit, or its target is not allowed
   */
  RequestHop redirected(int status, String location) throws OutboundException {
    if (redirectsLeft == 0) {
      throw new OutboundException(
          Kind.TOO_MANY_REDIRECTS,
          "too many redirects; the last one was to " + UrlText.withoutPasswords(location));
    }
    URI target = target(location);
    if (isTls() && !isTls(target)) {
      throw new OutboundException(
          Kind.BAD_REQUEST,
          "a redirect from https to http is not followed: "
              + UrlText.withoutPasswords(target.toString()));
    }
    // As every client does it: only 307 and 308 keep what was asked.
    boolean becomesGet =
        status == 303 ? !method.equals("HEAD") : status < 303 && method.equals("POST");
    if (isBodySecret && !becomesGet && !sameOrigin(target)) {
      throw new OutboundException(
          Kind.BAD_REQUEST,
          "the body has a secret, so a redirect to another host is not followed: "
              + UrlText.withoutPasswords(target.toString()));
    }
    Map<String, String> kept = new LinkedHashMap<>(headers);
    if (!sameOrigin(target)) {
      // A secret was meant for the first origin only.
      kept.keySet().removeIf(HeaderSecrecy::mayBeSecret);
    }
    if (becomesGet) {
      kept.keySet().removeIf(name -> name.toLowerCase(Locale.ROOT).startsWith("content-"));
    }
    return new RequestHop(
        becomesGet ? "GET" : method,
        target,
        kept,
        becomesGet ? Optional.empty() : body,
        isBodySecret && !becomesGet,
        redirectsLeft - 1);
  }

  private URI target(String location) throws OutboundException {
    try {
      return checked(UrlReference.resolve(url, location));
    } catch (IllegalArgumentException e) {
      throw new OutboundException(
          Kind.BAD_REQUEST,
          "the redirect to '" + UrlText.withoutPasswords(location) + "' is not a URL",
          e);
    }
  }

  private static URI checked(URI url) throws OutboundException {
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new OutboundException(
          Kind.BAD_REQUEST,
          "only http and https are dialled, not '"
              + UrlText.withoutPasswords(url.toString())
              + "'");
    }
    if (url.getHost() == null || url.getPort() > 65535 || url.getPort() == 0) {
      throw new OutboundException(
          Kind.BAD_REQUEST,
          "'"
              + UrlText.withoutPasswords(url.toString())
              + "' names no host that can be dialled"
              + HostText.reason(url.toString()));
    }
    if (url.getRawUserInfo() != null) {
      throw new OutboundException(
          Kind.BAD_REQUEST,
          "the URL of "
              + url.getHost()
              + " holds a user name or a password; send an Authorization header instead");
    }
    return ascii(url);
  }

  /** Encodes non-ASCII characters as percent-encoded UTF-8. */
  private static URI ascii(URI url) {
    String query = url.getRawQuery() == null ? "" : "?" + UrlReference.encode(url.getRawQuery());
    return URI.create(
        url.getScheme()
            + "://"
            + url.getRawAuthority()
            + UrlReference.encode(url.getRawPath())
            + query);
  }

  private boolean sameOrigin(URI other) {
    return isTls() == isTls(other)
        && url.getHost().equalsIgnoreCase(other.getHost())
        && port() == port(other);
  }

  boolean isTls() {
    return isTls(url);
  }

  private static boolean isTls(URI url) {
    return url.getScheme().equalsIgnoreCase("https");
  }

  /** Returns a name, or an address without brackets. */
  String host() {
    String host = url.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  int port() {
    return port(url);
  }

  private static int port(URI url) {
    return url.getPort() >= 0 ? url.getPort() : isTls(url) ? 443 : 80;
  }

  /** Returns the value of the Host header. */
  String authority() {
    return url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
  }

  /** Returns path and query in their wire format. */
  String target() {
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
  }
}
