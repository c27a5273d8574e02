package dev.orrery.scheduler.powerjob.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.powerjob.RefusalTexts;
import dev.orrery.powerjob.ResultEnvelope;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.scheduler.base.problem.ProblemMapper;
import dev.orrery.scheduler.http.filter.BodyGate;
import dev.orrery.scheduler.http.filter.PathGate;
import dev.orrery.scheduler.powerjob.BoundedJson;
import dev.orrery.scheduler.powerjob.PowerJobConfig;
import dev.orrery.scheduler.powerjob.WorkerNetworkRule;
import dev.orrery.scheduler.powerjob.app.OpenedApp;
import io.quarkus.arc.All;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ManagedContext;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.MediaType;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Receives the calls of PowerJob's client on the API port. Clients have no token, so the route runs
 * before authentication and admits only the listed networks; {@link ClientAuthentication} finds the
 * app. From then on, a call counts towards the shares of its app, as a call of the REST API does.
 */
@ApplicationScoped
class ClientRoute {
  private static final String ROOT = "/openApi/";

  /** The path of {@code queryInstanceInfo} of clients of 5.x. */
  private static final String QUERY_INSTANCE = "queryInstance";

  private static final int MAX_BODY = 1024 * 1024;

  private final PowerJobConfig config;
  private final WorkerNetworkRule networks;
  private final ClientAuthentication authentication;
  private final ReadWithoutSecret reads;
  private final BodyGate bodies;
  private final CurrentVertxRequest current;
  private final ObjectMapper json;
  private final Map<String, ClientCall> calls = new HashMap<>();

  ClientRoute(
      PowerJobConfig config,
      WorkerNetworkRule networks,
      ClientAuthentication authentication,
      ReadWithoutSecret reads,
      BodyGate bodies,
      CurrentVertxRequest current,
      ObjectMapper json,
      @All List<ClientCallGroup> groups) {
    this.config = config;
    this.networks = networks;
    this.authentication = authentication;
    this.reads = reads;
    this.bodies = bodies;
    this.current = current;
    this.json = BoundedJson.of(json);
    groups.forEach(group -> calls.putAll(group.calls()));
  }

  /**
   * An answer.
   *
   * @param isAuthenticated tells clients of 5.x that they need not authenticate again
   */
  private record Answer(ResultEnvelope envelope, boolean isAuthenticated) {}

  void register(@Observes Router router) {
    if (config.enabled()) {
      router.routeWithRegex(ROOT + ".+").order(PathGate.AFTER_THE_GATES).handler(this::serve);
    }
  }

  private void serve(RoutingContext context) {
    HttpServerRequest request = context.request();
    String caller = request.remoteAddress().hostAddress();
    if (bodies.isOnWorkerPort(request) || !request.method().equals(HttpMethod.POST)) {
      // Such a path does not exist here, as every other unknown one.
      context.next();
    } else if (networks.isHidden(request)) {
      refuse(
          context,
          "Orrery: the proxy "
              + caller
              + " hides the address of the caller; call the scheduler without it, or set "
              + WorkerNetworkRule.OWN_ADDRESS
              + "=false");
    } else if (!networks.allow(caller)) {
      refuse(
          context,
          "Orrery: "
              + caller
              + " is not in the networks of PowerJob workers and clients; list it in "
              + WorkerNetworkRule.SETTING
              + " of the scheduler");
    } else {
      String name = request.path().substring(ROOT.length());
      bodies.receive(context, MAX_BODY, body -> receive(context, name, body));
    }
  }

  private void refuse(RoutingContext context, String reason) {
    send(context, refused(RefusedCallException.because(reason), false));
  }

  private void receive(RoutingContext context, String name, Buffer body) {
    // On the threads of the API: a call may wait for a connection of its app.
    context
        .vertx()
        .executeBlocking(() -> answer(context, name, body), false)
        .compose(answer -> answer)
        .onSuccess(answer -> send(context, answer))
        .onFailure(context::fail);
  }

  private Future<Answer> answer(RoutingContext context, String name, Buffer body) {
    boolean isAuthenticated = false;
    try {
      ClientParameters parameters =
          ClientParameters.read(context.request().getHeader(HttpHeaders.CONTENT_TYPE), body, json);
      Object data;
      if (authentication.isAnsweredBy(name)) {
        data = authentication.authenticate(name, parameters, context.request());
        isAuthenticated = true;
      } else {
        Optional<OpenedApp> app = authentication.app(parameters, context.request());
        isAuthenticated = app.isPresent();
        requireKnown(name);
        data =
            app.isPresent()
                ? call(context, name, app.get(), parameters)
                : reads.answer(name, parameters, context.request().remoteAddress().hostAddress());
      }
      return data instanceof CompletionStage<?> later
          ? Future.fromCompletionStage(later)
              .map(done -> new Answer(ResultEnvelope.of(done), true))
              .otherwise(failure -> refused(failure, true))
          : Future.succeededFuture(new Answer(ResultEnvelope.of(data), true));
    } catch (RuntimeException e) {
      return Future.succeededFuture(refused(e, isAuthenticated));
    }
  }

  private void requireKnown(String name) {
    if (calls.containsKey(name)) {
      return;
    }
    String instead = "docs/powerjob.md lists those that it does";
    if (name.equals(QUERY_INSTANCE)) {
      instead = "read a run with fetchInstanceInfo, or list runs with GET /api/v1/instances";
    } else if (name.toLowerCase(Locale.ROOT).contains("workflow")) {
      instead = RefusalTexts.WORKFLOW;
    }
    throw RefusedCallException.because("Orrery does not answer the call " + name + "; " + instead);
  }

  /** Runs a call within a request, so that its statements use the connections of its app. */
  private Object call(
      RoutingContext context, String name, OpenedApp app, ClientParameters parameters) {
    QuarkusHttpUser.setIdentity(app.client().toIdentity(), context);
    ManagedContext request = Arc.container().requestContext();
    boolean isNew = !request.isActive();
    if (isNew) {
      request.activate();
    }
    try {
      current.setCurrent(context);
      return calls.get(name).answer(app, parameters);
    } finally {
      if (isNew) {
        request.terminate();
      }
    }
  }

  private static Answer refused(Throwable failure, boolean isAuthenticated) {
    Throwable cause = ProblemMapper.unwrap(failure);
    if (cause instanceof RefusedCallException) {
      return new Answer(ResultEnvelope.refused(cause.getMessage()), isAuthenticated);
    }
    ProblemDetail problem = ProblemMapper.from(cause).problem();
    RefusedCallException words =
        problem.status() < ErrorCode.OVERLOADED.status()
            ? RefusedCallException.illegal(problem.detail())
            : RefusedCallException.because(problem.detail());
    return new Answer(ResultEnvelope.refused(words.getMessage()), isAuthenticated);
  }

  private void send(RoutingContext context, Answer answer) {
    if (context.response().ended() || context.response().closed()) {
      return;
    }
    if (answer.isAuthenticated()) {
      context.response().putHeader(ClientAuthentication.PASSED, "true");
    }
    try {
      context
          .response()
          .putHeader(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON)
          .end(Buffer.buffer(json.writeValueAsBytes(answer.envelope())));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("An answer is always writable", e);
    }
  }
}
