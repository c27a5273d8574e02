package dev.orrery.scheduler.http.rest;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;

/** Serves the OpenAPI document to callers with a token, as YAML or, on request, as JSON. */
@ApplicationScoped
class OpenApiRoute {
  private static final String PATH = "/q/openapi";

  private final OpenApiFile file;

  OpenApiRoute(OpenApiFile file) {
    this.file = file;
  }

  void register(@Observes Router router) {
    router.route(PATH).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::serve);
  }

  /** Loads the file on another thread at the first request, so that no event loop blocks. */
  private void serve(RoutingContext context) {
    boolean json = asksForJson(context.request());
    context
        .vertx()
        .executeBlocking(json ? file::json : file::yaml, false)
        .onSuccess(document -> answer(context, json, document))
        .onFailure(context::fail);
  }

  private static boolean asksForJson(HttpServerRequest request) {
    String format = request.getParam("format");
    if (format != null) {
      return format.toLowerCase(Locale.ROOT).equals("json");
    }
    String accept = request.getHeader(HttpHeaders.ACCEPT);
    return accept != null && accept.contains("application/json");
  }

  private static void answer(RoutingContext context, boolean json, byte[] document) {
    context
        .response()
        .putHeader(
            HttpHeaders.CONTENT_TYPE,
            (json ? "application/json" : "application/yaml") + ";charset=UTF-8")
        .end(Buffer.buffer(document));
  }
}
