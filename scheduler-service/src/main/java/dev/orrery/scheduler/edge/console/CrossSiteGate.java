package dev.orrery.scheduler.edge.console;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.ProblemRouteInstaller;
import dev.orrery.scheduler.http.filter.PathGate;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Refuses writes with the session cookie that a page of another origin makes a browser send. The
 * attribute {@code SameSite} of the cookie protects against other sites, but not against other
 * ports and subdomains of the same site.
 *
 * <p>A sign-in needs no cookie, so it is refused if the headers of the browser name another origin:
 * otherwise a page of another origin could sign a browser in as another user. Each browser sends
 * the header Origin with it. A program sends neither header and is accepted.
 */
@ApplicationScoped
class CrossSiteGate {
  private static final String REFUSED =
      "A write with the cookie of a session must come from a page of this scheduler: the browser"
          + " must send 'Sec-Fetch-Site: same-origin', or an Origin with this Host. Programs send a"
          + " token in the header Authorization.";

  private static final String SIGN_IN_REFUSED =
      "A browser signs in from a page of this scheduler only: open its console. Programs send"
          + " neither 'Sec-Fetch-Site' nor 'Origin'.";

  private static final String SITE = "Sec-Fetch-Site";

  private final ConsoleConfig config;
  private final ProblemRouteInstaller problems;

  CrossSiteGate(ConsoleConfig config, ProblemRouteInstaller problems) {
    this.config = config;
    this.problems = problems;
  }

  void register(@Observes Router router) {
    if (config.enabled()) {
      router.route().order(PathGate.AFTER_THE_GATES).handler(this::handle);
    }
  }

  private void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (ClientRequest.isRead(request) || isOfSameOrigin(request)) {
      context.next();
    } else if (SessionCookie.of(request).isPresent()) {
      problems.answer(context, ProblemException.of(ErrorCode.CROSS_SITE, REFUSED));
    } else if (ClientRequest.isSignIn(request) && hasOrigin(request)) {
      problems.answer(context, ProblemException.of(ErrorCode.CROSS_SITE, SIGN_IN_REFUSED));
    } else {
      context.next();
    }
  }

  private static boolean hasOrigin(HttpServerRequest request) {
    return request.headers().contains(SITE) || request.headers().contains(HttpHeaders.ORIGIN);
  }

  /**
   * Browsers send {@code Sec-Fetch-Site} only with TLS or to localhost. The scheme of the origin is
   * not compared, because a proxy may terminate TLS.
   */
  private static boolean isOfSameOrigin(HttpServerRequest request) {
    String site = request.getHeader(SITE);
    if (site != null) {
      return site.equals("same-origin");
    }
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    String host = request.getHeader(HttpHeaders.HOST);
    return origin != null
        && host != null
        && (origin.equalsIgnoreCase("http://" + host)
            || origin.equalsIgnoreCase("https://" + host));
  }
}
