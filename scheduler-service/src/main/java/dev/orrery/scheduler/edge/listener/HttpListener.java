package dev.orrery.scheduler.edge.listener;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_WORKER_PORTS;
import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.STOP_CALLS;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.scheduler.base.lifecycle.ShutdownConfig;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.ProblemTexts;
import dev.orrery.scheduler.base.problem.ProblemWriter;
import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.engine.agreement.HandshakeService;
import dev.orrery.scheduler.engine.agreement.PortRegistry;
import dev.orrery.scheduler.engine.agreement.ProtocolConfig;
import dev.orrery.scheduler.engine.dispatch.PollService;
import dev.orrery.scheduler.http.connection.ConnectionConfig;
import dev.orrery.scheduler.http.connection.ConnectionMetrics;
import dev.orrery.scheduler.http.connection.InFlightRequests;
import dev.orrery.scheduler.http.connection.OpenConnections;
import dev.orrery.scheduler.http.connection.ResponseMemory;
import dev.orrery.scheduler.http.connection.WorkerPort;
import dev.orrery.scheduler.http.connection.WorkerPortRoute;
import dev.orrery.scheduler.http.rest.HeaderRule;
import dev.orrery.scheduler.http.rest.PathRule;
import dev.orrery.scheduler.http.security.Caller;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.runtime.ResumingRequestWrapper;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Opens and closes the port of the protocol {@code http}, which serves only the worker API,
 * discovery and the paths of each {@link WorkerPortRoute}. It shares resources and security with
 * the API port, and closes after the requests in flight are answered.
 */
@ApplicationScoped
public class HttpListener {
  private static final Logger LOG = Logger.getLogger(HttpListener.class);

  /** Exceeds the longest poll, so that only dead connections are closed. */
  private static final Duration IDLE_CONNECTION = Duration.ofMinutes(3);

  private final Vertx vertx;
  private final SchedulerProtocols protocols;
  private final ProtocolConfig config;
  private final ShutdownConfig shutdownConfig;
  private final PortRegistry ports;
  private final PollService polls;
  private final ProblemWriter problems;
  private final HandshakeService handshakes;
  private final InFlightRequests inFlight = new InFlightRequests();
  private final WorkerPort port;
  private final OpenConnections connections;
  private final List<WorkerPortRoute> others;
  private Router router;
  private BoundServer server;
  private volatile boolean stopping;

  HttpListener(
      Vertx vertx,
      SchedulerProtocols protocols,
      ProtocolConfig config,
      ShutdownConfig shutdownConfig,
      PortRegistry ports,
      PollService polls,
      ProblemWriter problems,
      HandshakeService handshakes,
      WorkerPort port,
      ConnectionConfig connectionConfig,
      ResponseMemory responses,
      ConnectionMetrics connectionMetrics,
      @All List<WorkerPortRoute> others) {
    this.others = others;
    this.vertx = vertx;
    this.protocols = protocols;
    this.config = config;
    this.shutdownConfig = shutdownConfig;
    this.ports = ports;
    this.polls = polls;
    this.problems = problems;
    this.handshakes = handshakes;
    this.port = port;
    this.connections =
        new OpenConnections(
            connectionConfig.maxHttp(), AppQuota.NO_TOKEN, responses, connectionMetrics);
  }

  void install(@Observes Router mainRouter) {
    router = mainRouter;
    router.route().order(Integer.MIN_VALUE).handler(this::count);
  }

  void start(@Observes @Priority(START_WORKER_PORTS) StartupEvent event) {
    if (!protocols.active().contains(Protocol.HTTP)) {
      return;
    }
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(config.http().host())
            .setPort(config.http().port())
            .setIdleTimeout((int) IDLE_CONNECTION.toSeconds())
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            .setTcpKeepAlive(true)
            .setHttp2ClearTextEnabled(false);
    server =
        BoundServer.bind(
            vertx
                .createHttpServer(options)
                .connectionHandler(this::accept)
                .requestHandler(this::handle),
            "port %d of the protocol http on %s"
                .formatted(config.http().port(), config.http().host()),
            "orrery.protocols.http.port");
    port.bound(server.port());
    ports.bound(Protocol.HTTP, server.port());
    LOG.infof(
        "Worker port bound: protocol=http host=%s port=%d", config.http().host(), server.port());
  }

  void stop(@Observes @Priority(STOP_CALLS) ShutdownEvent event) throws InterruptedException {
    stopping = true;
    polls.stop();
    if (server == null) {
      return;
    }
    int left = inFlight.awaitNone(shutdownConfig.timeout());
    if (left > 0) {
      LOG.warnf("Shutdown timed out; cut off worker requests: protocol=http count=%d", left);
    }
    ports.closed(Protocol.HTTP);
    server.close();
  }

  /** Handles broken connections of killed workers, which would otherwise be logged as errors. */
  private void accept(HttpConnection connection) {
    connection.exceptionHandler(
        broken ->
            LOG.debugf("Lost the connection to a worker; it reconnects: %s", broken.getMessage()));
    if (!connections.onOpened(((ConnectionBase) connection).channel())) {
      connection.close();
    }
  }

  private void handle(HttpServerRequest request) {
    connections.onRequest(((ConnectionBase) request.connection()).channel());
    OptionalInt maxBytes = maxBytes(request.path());
    Optional<ProblemException> violation = HeaderRule.violation(request);
    if (violation.isPresent()) {
      problems.refuse(request, ErrorCode.MALFORMED, violation.get().problem().detail());
    } else if (maxBytes.isEmpty()) {
      refuseUnknown(request);
    } else if (request.headers().contains(HttpHeaders.CONTENT_ENCODING)) {
      problems.refuse(
          request,
          ErrorCode.UNSUPPORTED_MEDIA_TYPE,
          "The body must come without Content-Encoding.");
    } else if (stopping) {
      problems.refuse(request, ErrorCode.UNAVAILABLE, ProblemTexts.STOPPING);
    } else if (isLonger(request, maxBytes.getAsInt())) {
      problems.refuse(
          request,
          ErrorCode.TOO_LARGE,
          "A message to this path is at most " + maxBytes.getAsInt() + " bytes; split it.");
    } else {
      // Pauses the body, because the token may first have to be read from the database.
      request.pause();
      router.handle(new ResumingRequestWrapper(request, false));
    }
  }

  /** Returns the largest body of a path; empty if the port does not have the path. */
  private OptionalInt maxBytes(String path) {
    return WorkerOperation.ofPath(path)
        .map(operation -> OptionalInt.of(operation.maxRequestBytes()))
        .orElseGet(
            () ->
                others.stream()
                    .filter(route -> route.takes(path))
                    .mapToInt(WorkerPortRoute::maxBytes)
                    .findFirst());
  }

  private void refuseUnknown(HttpServerRequest request) {
    PathRule.violation(request.path())
        .ifPresentOrElse(
            reason -> problems.refuse(request, ErrorCode.AMBIGUOUS_PATH, reason),
            () -> problems.refuse(request, ErrorCode.NOT_FOUND, ProblemTexts.NO_PATH));
  }

  private static boolean isLonger(HttpServerRequest request, int limit) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    // Only digits get this far, and a number of ten digits exceeds every limit.
    return length != null && (length.length() > 9 || Long.parseLong(length) > limit);
  }

  private void count(RoutingContext context) {
    if (port.carries(context.request())) {
      inFlight.begin(context);
    }
    if (WorkerOperation.ofPath(context.request().path()).isPresent()) {
      // Runs before the response is sent, so that the refusal is listed when the caller receives
      // it.
      context.addHeadersEndHandler(done -> recordRefusal(context));
    }
    context.next();
  }

  /** Records calls that were refused only for their token. The operations record other refusals. */
  private void recordRefusal(RoutingContext context) {
    int status = context.response().getStatusCode();
    String address = context.request().remoteAddress().hostAddress();
    if (status == ErrorCode.UNAUTHENTICATED.status()) {
      handshakes.recordUnauthenticated(address);
    } else if (status == ErrorCode.FORBIDDEN.status()
        && context.user() instanceof QuarkusHttpUser user) {
      Caller caller = Caller.of(user.getSecurityIdentity());
      if (!caller.isWorker()) {
        handshakes.recordWrongRole(caller, address);
      }
    }
  }
}
