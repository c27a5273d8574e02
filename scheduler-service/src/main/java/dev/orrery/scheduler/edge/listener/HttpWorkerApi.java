package dev.orrery.scheduler.edge.listener;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.ProblemMapper;
import dev.orrery.scheduler.base.problem.ProblemRouteInstaller;
import dev.orrery.scheduler.base.problem.ProblemTexts;
import dev.orrery.scheduler.http.connection.WorkerPort;
import dev.orrery.scheduler.http.filter.BodyGate;
import dev.orrery.scheduler.http.filter.JsonResponseWriter;
import dev.orrery.scheduler.http.filter.LargeBodies;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Serves the worker API over HTTP, on the port of the protocol {@code http}. {@link AkkaWorkerApi}
 * serves the same API over akka.
 */
@Singleton
class HttpWorkerApi {
  private static final String ALLOWED = "OPTIONS, POST";

  private final WorkerOperations operations;
  private final WorkerPort port;
  private final LargeBodies bodies;
  private final JsonResponseWriter responses;
  private final ProblemRouteInstaller problems;

  HttpWorkerApi(
      WorkerOperations operations,
      WorkerPort port,
      LargeBodies bodies,
      JsonResponseWriter responses,
      ProblemRouteInstaller problems) {
    this.operations = operations;
    this.port = port;
    this.bodies = bodies;
    this.responses = responses;
    this.problems = problems;
  }

  void register(@Observes Router router) {
    router.route().order(BodyGate.AFTER_THE_BODY).handler(this::handle);
  }

  private void handle(RoutingContext context) {
    if (!operations.has(context.request().path())) {
      context.next();
      return;
    }
    Optional<Caller> caller = Caller.find(context);
    Optional<ProblemException> refusal = refusal(context, caller);
    if (refusal.isPresent()) {
      problems.answer(context, refusal.get());
      return;
    }
    if (context.request().method().equals(HttpMethod.OPTIONS)) {
      context.response().putHeader(HttpHeaders.ALLOW, ALLOWED).end();
      return;
    }
    CallContext call = callContext(context, caller.orElseThrow());
    Context thread = context.vertx().getOrCreateContext();
    bodies.read(context, body -> call(context, call, body, thread));
  }

  private Optional<ProblemException> refusal(RoutingContext context, Optional<Caller> caller) {
    if (caller.isEmpty()) {
      return Optional.of(ProblemException.of(ErrorCode.UNAUTHENTICATED, ProblemTexts.NO_TOKEN));
    }
    if (!port.carries(context.request())) {
      return Optional.of(ProblemException.of(ErrorCode.NOT_FOUND, ProblemTexts.OTHER_PORT));
    }
    HttpMethod method = context.request().method();
    if (!method.equals(HttpMethod.POST) && !method.equals(HttpMethod.OPTIONS)) {
      context.response().putHeader(HttpHeaders.ALLOW, ALLOWED);
      return Optional.of(
          ProblemException.of(
              ErrorCode.METHOD_NOT_ALLOWED,
              "This path does not take " + method + ". It takes " + ALLOWED + "."));
    }
    // Before the body is read: a large one would take a turn of the app.
    if (!caller.get().isWorker()) {
      return Optional.of(caller.get().forbidden(Role.Names.WORKER));
    }
    return isJson(context.request().getHeader(HttpHeaders.CONTENT_TYPE))
        ? Optional.empty()
        : Optional.of(ProblemException.of(ErrorCode.UNSUPPORTED_MEDIA_TYPE, ProblemTexts.NOT_JSON));
  }

  private static boolean isJson(String contentType) {
    if (contentType == null || contentType.isBlank()) {
      return true;
    }
    String type = contentType.split(";", 2)[0].strip();
    return type.equalsIgnoreCase(MediaType.APPLICATION_JSON);
  }

  static CallContext callContext(RoutingContext context, Caller caller) {
    HostAndPort authority = context.request().authority();
    return new CallContext(
        caller,
        Protocol.HTTP,
        context.request().remoteAddress().hostAddress(),
        authority == null ? context.request().localAddress().host() : authority.host(),
        gone -> context.addEndHandler(done -> gone.run()));
  }

  private void call(RoutingContext context, CallContext call, InputStream body, Context thread) {
    var unused =
        operations
            .call(context.request().path(), call, body)
            .whenComplete(
                (response, failure) ->
                    thread.runOnContext(ended -> answer(context, response, failure)));
  }

  private void answer(RoutingContext context, Object response, Throwable failure) {
    if (failure != null) {
      refuse(context, failure);
      return;
    }
    try {
      context.response().putHeader(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON);
      responses.send(response, context);
    } catch (IOException | RuntimeException | Error e) {
      refuse(context, e);
    }
  }

  private void refuse(RoutingContext context, Throwable failure) {
    if (!context.response().ended() && !context.response().closed()) {
      problems.answer(context, ProblemMapper.from(failure));
    }
  }
}
