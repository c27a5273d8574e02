package dev.orrery.scheduler.listener;

import static dev.orrery.scheduler.lifecycle.LifecycleOrder.START_WORKER_PORTS;
import static dev.orrery.scheduler.lifecycle.LifecycleOrder.STOP_CALLS;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.scheduler.agreement.BoundPorts;
import dev.orrery.scheduler.agreement.ProtocolConfig;
import dev.orrery.scheduler.dispatch.PollService;
import dev.orrery.scheduler.lifecycle.ShutdownConfig;
import dev.orrery.scheduler.problem.ProblemWriter;
import dev.orrery.scheduler.rest.PathRule;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.runtime.ResumingRequestWrapper;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The port of the protocol {@code http}: the worker verbs and discovery, and nothing else. It
 * shares resources and security with the API port, and closes after it has answered what is under
 * way.
 */
@ApplicationScoped
public class HttpListener {
  private static final Logger LOG = Logger.getLogger(HttpListener.class);
  private static final Set<String> PATHS =
      WorkerOperation.ALL.stream().map(WorkerOperation::path).collect(Collectors.toSet());

  /** Longer than any poll is parked, so that only dead connections fall to it. */
  private static final Duration IDLE_CONNECTION = Duration.ofMinutes(3);

  private final Vertx vertx;
  private final SchedulerProtocols protocols;
  private final ProtocolConfig config;
  private final ShutdownConfig shutdownConfig;
  private final BoundPorts ports;
  private final PollService polls;
  private final ProblemWriter refuser;
  private final InFlightRequests inFlight = new InFlightRequests();
  private Router router;
  private BoundServer server;
  private volatile boolean stopping;

  HttpListener(
      Vertx vertx,
      SchedulerProtocols protocols,
      ProtocolConfig config,
      ShutdownConfig shutdownConfig,
      BoundPorts ports,
      PollService polls,
      ProblemWriter refuser) {
    this.vertx = vertx;
    this.protocols = protocols;
    this.config = config;
    this.shutdownConfig = shutdownConfig;
    this.ports = ports;
    this.polls = polls;
    this.refuser = refuser;
  }

  void keep(@Observes Router mainRouter) {
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
                .connectionHandler(HttpListener::expectBreaks)
                .requestHandler(this::handle),
            "port %d of the protocol http on %s"
                .formatted(config.http().port(), config.http().host()),
            "orrery.protocols.http.port");
    ports.bound(Protocol.HTTP, server.port());
    LOG.infof("Protocol http listens on %s:%d", config.http().host(), server.port());
  }

  void stop(@Observes @Priority(STOP_CALLS) ShutdownEvent event) throws InterruptedException {
    stopping = true;
    polls.stop();
    if (server == null) {
      return;
    }
    if (!inFlight.awaitNone(shutdownConfig.timeout())) {
      LOG.warn("Some requests of workers were still under way when the time to stop was over");
    }
    ports.closed(Protocol.HTTP);
    server.close();
  }

  /** Of a worker that was killed: else each such connection would be an error in the log. */
  private static void expectBreaks(HttpConnection connection) {
    connection.exceptionHandler(
        broken -> LOG.debugf("The connection of a worker broke: %s", broken.getMessage()));
  }

  /** Whether the request came in on this port. */
  public boolean carries(HttpServerRequest request) {
    return server != null && request.localAddress().port() == server.port();
  }

  private void handle(HttpServerRequest request) {
    if (!PATHS.contains(request.path())) {
      refuseUnknown(request);
    } else if (stopping) {
      refuser.refuse(request, ErrorCode.UNAVAILABLE, "The scheduler is stopping.");
    } else if (isTooLarge(request)) {
      refuser.refuse(
          request,
          ErrorCode.TOO_LARGE,
          "A message is at most " + WorkerOperation.MAX_MESSAGE_BYTES + " bytes; split it.");
    } else {
      // The token may have to be looked up first: the body waits until somebody reads it.
      request.pause();
      router.handle(new ResumingRequestWrapper(request, false));
    }
  }

  private void refuseUnknown(HttpServerRequest request) {
    PathRule.violation(request.path())
        .ifPresentOrElse(
            reason -> refuser.refuse(request, ErrorCode.AMBIGUOUS_PATH, reason),
            () -> refuser.refuse(request, ErrorCode.NOT_FOUND, "There is nothing at this path."));
  }

  private static boolean isTooLarge(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    // Nothing else than digits gets this far; ten of them are far too many.
    return length != null
        && (length.length() > 9 || Long.parseLong(length) > WorkerOperation.MAX_MESSAGE_BYTES);
  }

  private void count(RoutingContext context) {
    if (carries(context.request())) {
      inFlight.begin(context);
    }
    context.next();
  }
}
