package dev.orrery.scheduler.edge.console;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.ProblemRouteInstaller;
import dev.orrery.scheduler.base.problem.ProblemTexts;
import dev.orrery.scheduler.edge.console.StaticFile.Body;
import dev.orrery.scheduler.http.filter.PathGate;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.Optional;

/**
 * Serves the files of the console without authentication: none of them is secret, and they include
 * the sign-in page.
 *
 * <p>The routes run before authentication instead of being exceptions to it, so no rule opens a
 * path that a resource could serve. {@code PathGate} has already refused ambiguous paths.
 */
@ApplicationScoped
class ConsoleRoute {
  private static final String ROOT = "/console";
  private static final String FILES = ROOT + "/";

  /** Relative, like every address that the console sends, because a proxy may strip a prefix. */
  private static final String RELATIVE_ROOT = "console/";

  /**
   * No inline script or style, no content from other origins, and no frame around a page. Only the
   * script lit-html may turn text into markup.
   */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none';"
          + " object-src 'none'; require-trusted-types-for 'script'; trusted-types lit-html";

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy", CONTENT_SECURITY_POLICY,
          "Cross-Origin-Resource-Policy", "same-origin",
          "Referrer-Policy", "same-origin",
          "X-Content-Type-Options", "nosniff",
          "Vary", "Accept-Encoding");

  private final ConsoleConfig config;
  private final StaticFileLoader loader;
  private final ProblemRouteInstaller problems;

  /** Null until the first request. */
  private volatile StaticFileSet files;

  ConsoleRoute(ConsoleConfig config, StaticFileLoader loader, ProblemRouteInstaller problems) {
    this.config = config;
    this.loader = loader;
    this.problems = problems;
  }

  void register(@Observes Router router) {
    if (config.enabled()) {
      router.route("/").order(PathGate.AFTER_THE_GATES).handler(this::welcomeBrowser);
      router.route(ROOT + "*").order(PathGate.AFTER_THE_GATES).handler(this::serve);
    }
  }

  private void welcomeBrowser(RoutingContext context) {
    String accept = context.request().getHeader(HttpHeaders.ACCEPT);
    if (ClientRequest.isRead(context.request())
        && accept != null
        && accept.contains(MediaType.TEXT_HTML)) {
      redirect(context);
    } else {
      context.next();
    }
  }

  private void serve(RoutingContext context) {
    String path = context.request().path();
    if (path.equals(ROOT) && ClientRequest.isRead(context.request())) {
      redirect(context);
    } else if (!path.startsWith(FILES)) {
      context.next();
    } else if (ClientRequest.isRead(context.request())) {
      loaded(context)
          .onSuccess(all -> answer(context, all.find(path.substring(FILES.length()))))
          .onFailure(context::fail);
    } else {
      context.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
      problems.answer(
          context,
          ProblemException.of(
              ErrorCode.METHOD_NOT_ALLOWED, "Files of the console can only be read."));
    }
  }

  /** Loads the files on another thread at the first request, so that no event loop blocks. */
  private Future<StaticFileSet> loaded(RoutingContext context) {
    StaticFileSet known = files;
    if (known != null) {
      return Future.succeededFuture(known);
    }
    return context
        .vertx()
        .executeBlocking(loader::load, false)
        .onSuccess(loadedFiles -> files = loadedFiles);
  }

  private void answer(RoutingContext context, Optional<StaticFile> found) {
    if (found.isEmpty()) {
      problems.answer(context, ProblemException.of(ErrorCode.NOT_FOUND, ProblemTexts.NO_PATH));
      return;
    }
    HttpServerRequest request = context.request();
    HttpServerResponse response = context.response();
    StaticFile file = found.get();
    Optional<Body> zipped = file.gzip().filter(body -> ClientRequest.acceptsGzip(request));
    Body body = zipped.orElse(file.plain());
    HEADERS.forEach(response::putHeader);
    response
        .putHeader(HttpHeaders.CACHE_CONTROL, file.cacheControl())
        .putHeader(HttpHeaders.ETAG, body.etag());
    if (ClientRequest.hasTag(request, body.etag())) {
      response.setStatusCode(304).end();
      return;
    }
    zipped.ifPresent(any -> response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip"));
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, file.mediaType())
        .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.bytes().length()));
    if (HttpMethod.HEAD.equals(request.method())) {
      response.end();
    } else {
      response.end(body.bytes());
    }
  }

  private static void redirect(RoutingContext context) {
    context
        .response()
        .setStatusCode(302)
        .putHeader(HttpHeaders.LOCATION, RELATIVE_ROOT)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
        .end();
  }
}
