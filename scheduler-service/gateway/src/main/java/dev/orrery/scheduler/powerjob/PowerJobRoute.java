package dev.orrery.scheduler.powerjob;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.powerjob.AskAnswer;
import dev.orrery.powerjob.ClusterQuery;
import dev.orrery.powerjob.Heartbeat;
import dev.orrery.powerjob.InstanceReport;
import dev.orrery.powerjob.LogReport;
import dev.orrery.powerjob.ResultEnvelope;
import dev.orrery.powerjob.RunStatus;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.ProblemRouteInstaller;
import dev.orrery.scheduler.http.connection.WorkerPortRoute;
import dev.orrery.scheduler.http.filter.BodyGate;
import dev.orrery.scheduler.http.filter.PathGate;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Serves the calls of PowerJob workers: discovery on the API port and on the port of the protocol
 * {@code http}, and all other calls on the latter only, if workers of that protocol are served.
 * Workers send no secret, so the routes run before authentication and admit only the listed
 * networks.
 */
@ApplicationScoped
class PowerJobRoute implements WorkerPortRoute {
  private static final String ROOT = "/server/";

  private static final int MAX_BODY = 1024 * 1024;

  private static final Set<String> MESSAGES =
      Set.of("workerHeartbeat", "reportInstanceStatus", "reportLog", "queryJobCluster");
  private static final Set<String> DISCOVERY =
      Set.of("assert", "assertV2", "acquire", "checkConnectivity", "hello");

  private final PowerJobConfig config;
  private final WorkerNetworkRule networks;
  private final DiscoveryAnswer discovery;
  private final JoinRefusal refusals;
  private final WorkerMessages messages;
  private final HttpWorkerTransport transport;
  private final BodyGate bodies;
  private final ProblemRouteInstaller problems;
  private final ObjectMapper json;

  PowerJobRoute(
      PowerJobConfig config,
      WorkerNetworkRule networks,
      DiscoveryAnswer discovery,
      JoinRefusal refusals,
      WorkerMessages messages,
      HttpWorkerTransport transport,
      BodyGate bodies,
      ProblemRouteInstaller problems,
      ObjectMapper json) {
    this.config = config;
    this.networks = networks;
    this.discovery = discovery;
    this.refusals = refusals;
    this.messages = messages;
    this.transport = transport;
    this.bodies = bodies;
    this.problems = problems;
    this.json = BoundedJson.of(json);
  }

  @Override
  public boolean takes(String path) {
    if (!config.enabled() || !path.startsWith(ROOT)) {
      return false;
    }
    String operation = path.substring(ROOT.length());
    return DISCOVERY.contains(operation) || (MESSAGES.contains(operation) && transport.isOpen());
  }

  @Override
  public int maxBytes() {
    return MAX_BODY;
  }

  void register(@Observes Router router) {
    if (config.enabled()) {
      router.routeWithRegex(ROOT + ".+").order(PathGate.AFTER_THE_GATES).handler(this::serve);
    }
  }

  private void serve(RoutingContext context) {
    HttpServerRequest request = context.request();
    String operation = request.path().substring(ROOT.length());
    boolean isMessage = MESSAGES.contains(operation);
    if ((isMessage && !bodies.isOnWorkerPort(request))
        || !request.method().equals(isMessage ? HttpMethod.POST : HttpMethod.GET)) {
      // Such a path does not exist here, as every other unknown one.
      context.next();
    } else if (networks.isHidden(request)) {
      refuse(context, operation, refusals.hidden(caller(context)));
    } else if (!networks.allow(caller(context))) {
      refuse(context, operation, refusals.outsideOfNetworks(caller(context)));
    } else if (isMessage) {
      bodies.receive(context, MAX_BODY, body -> receive(context, operation, body));
    } else {
      discover(context, operation);
    }
  }

  private static String caller(RoutingContext context) {
    return context.request().remoteAddress().hostAddress();
  }

  private WorkerSource source(RoutingContext context) {
    return messages.byAddress(transport, caller(context));
  }

  private void refuse(RoutingContext context, String operation, String reason) {
    if (operation.startsWith("assert")) {
      // The one answer that a worker logs.
      answer(context, ResultEnvelope.refused(reason));
    } else {
      context.response().setStatusCode(ErrorCode.FORBIDDEN.status()).end();
    }
  }

  private void discover(RoutingContext context, String operation) {
    HttpServerRequest request = context.request();
    // The port of workers pauses each request, for its body.
    request.resume();
    switch (operation) {
      case "assert" -> answer(context, discovery.app(request.getParam("appName"), caller(context)));
      case "assertV2" ->
          answer(context, discovery.appAsObject(request.getParam("appName"), caller(context)));
      case "acquire" ->
          answer(
              context,
              discovery.server(
                  request.getParam("protocol"),
                  request.getParam("appId"),
                  request.authority() == null ? null : request.authority().host(),
                  caller(context)));
      // Nothing is dialled: the worker can be reached where it calls from.
      case "checkConnectivity" ->
          answer(context, ResultEnvelope.of(caller(context).equals(request.getParam("targetIp"))));
      case "hello" -> answer(context, discovery.hello());
      default -> context.next();
    }
  }

  private void receive(RoutingContext context, String operation, Buffer body) {
    switch (operation) {
      case "workerHeartbeat" -> read(context, body, Heartbeat.class, it -> heartbeat(context, it));
      case "reportInstanceStatus" ->
          read(context, body, InstanceReport.class, it -> report(context, it));
      case "reportLog" -> read(context, body, LogReport.class, it -> log(context, it));
      default -> read(context, body, ClusterQuery.class, it -> cluster(context, it));
    }
  }

  /**
   * @param taker takes the message on any thread, and returns what answers it on the event loop
   */
  private <T> void read(
      RoutingContext context, Buffer body, Class<T> type, Function<T, Runnable> taker) {
    Callable<Runnable> task = () -> taker.apply(read(body, type));
    Future<Runnable> answer =
        body.length() > WorkerMessages.MAX_READ_ON_LOOP
            // In order: at most one such message of each event loop is read at once.
            ? context.vertx().executeBlocking(task, true)
            : Future.future(done -> complete(done, task));
    answer.onSuccess(Runnable::run).onFailure(failure -> refuse(context, failure));
  }

  private static void complete(Promise<Runnable> done, Callable<Runnable> task) {
    try {
      done.complete(task.call());
    } catch (Exception e) {
      done.fail(e);
    }
  }

  private void refuse(RoutingContext context, Throwable failure) {
    if (failure instanceof IOException) {
      problems.answer(
          context,
          ProblemException.of(
              ErrorCode.MALFORMED,
              "The body is no PowerJob message, or has more than "
                  + BoundedJson.MAX_TOKENS
                  + " JSON tokens."));
    } else {
      context.fail(failure);
    }
  }

  private <T> T read(Buffer body, Class<T> type) throws IOException {
    T message = json.readValue(body.getBytes(), type);
    if (message == null) {
      throw new IOException("The body is null");
    }
    return message;
  }

  private Runnable heartbeat(RoutingContext context, Heartbeat heartbeat) {
    messages.heartbeat(source(context), heartbeat);
    return () -> context.response().end();
  }

  private Runnable report(RoutingContext context, InstanceReport report) {
    CompletableFuture<AskAnswer> stored = messages.report(source(context), report);
    return report.instanceStatus() == RunStatus.RUNNING.code()
        ? () -> context.response().end()
        : () -> answerLater(context, stored);
  }

  private Runnable log(RoutingContext context, LogReport report) {
    messages.log(source(context), report);
    return () -> context.response().end();
  }

  private Runnable cluster(RoutingContext context, ClusterQuery query) {
    CompletableFuture<AskAnswer> workers =
        messages
            .cluster(source(context), query)
            .exceptionally(failure -> AskAnswer.refused("not read; ask again"));
    return () -> answerLater(context, workers);
  }

  private void answerLater(RoutingContext context, CompletableFuture<AskAnswer> message) {
    var unused =
        message.thenAccept(answer -> context.vertx().runOnContext(now -> answer(context, answer)));
  }

  private void answer(RoutingContext context, Object message) {
    if (context.response().ended() || context.response().closed()) {
      return;
    }
    try {
      context
          .response()
          .putHeader("Content-Type", MediaType.APPLICATION_JSON)
          .end(Buffer.buffer(json.writeValueAsBytes(message)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("An answer is always writable", e);
    }
  }
}
