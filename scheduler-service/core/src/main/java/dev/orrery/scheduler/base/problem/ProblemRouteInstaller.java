package dev.orrery.scheduler.base.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.ErrorCode;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Installs error responses for failures outside of resources: body limits, unknown paths, bad
 * tokens.
 */
@ApplicationScoped
public class ProblemRouteInstaller {
  /** Runs after all other routes. */
  private static final int LAST = Integer.MAX_VALUE - 1;

  private final ObjectMapper json;

  public ProblemRouteInstaller(ObjectMapper json) {
    this.json = json;
  }

  void register(@Observes Router router) {
    router.route().failureHandler(this::failed);
    answerUnknownPaths(router);
  }

  void registerOnTheManagementPort(@Observes ManagementInterface management) {
    answerUnknownPaths(management.router());
  }

  private void answerUnknownPaths(Router router) {
    router
        .route()
        .order(LAST)
        .handler(
            context ->
                answer(context, ProblemException.of(ErrorCode.NOT_FOUND, ProblemTexts.NO_PATH)));
  }

  private void failed(RoutingContext context) {
    if (context.response().ended() || context.response().headWritten()) {
      return;
    }
    int status = context.statusCode();
    if (status == ErrorCode.TOO_LARGE.status()) {
      answer(context, ProblemException.of(ErrorCode.TOO_LARGE, ProblemTexts.TOO_LARGE));
    } else if (status >= 400 && status < 500) {
      answer(
          context,
          ProblemException.of(ErrorCode.MALFORMED, "The request cannot be read: " + status));
    } else if (context.failure() != null) {
      answer(context, ProblemMapper.from(context.failure()));
    } else {
      context.next();
    }
  }

  public void answer(RoutingContext context, ProblemException e) {
    HttpServerResponse response = context.response().setStatusCode(e.problem().status());
    ProblemHeaders.write(e, response::putHeader);
    try {
      response.end(json.writeValueAsString(e.problem()));
    } catch (JsonProcessingException failure) {
      throw new IllegalStateException("A problem is always writable", failure);
    }
  }
}
