package dev.orrery.scheduler.http.filter;

import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.http.connection.ConnectionConfig;
import dev.orrery.scheduler.http.connection.ConnectionGuard;
import dev.orrery.scheduler.http.connection.ConnectionMetrics;
import dev.orrery.scheduler.http.connection.OpenConnections;
import dev.orrery.scheduler.http.connection.ResponseMemory;
import dev.orrery.scheduler.http.connection.WorkerPort;
import dev.orrery.scheduler.http.security.Caller;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Guards the connections to the ports of the API and of management, as the worker port guards its
 * own, and marks connections with a valid token.
 */
@ApplicationScoped
class ConnectionGate {
  /** Runs after authentication, before bodies are received. */
  private static final int BEHIND_AUTHENTICATION = -4;

  private final WorkerPort port;
  private final OpenConnections api;
  private final OpenConnections management;

  ConnectionGate(
      WorkerPort port,
      ConnectionConfig config,
      ResponseMemory responses,
      ConnectionMetrics metrics) {
    this.port = port;
    this.api = new OpenConnections(config.maxApi(), AppQuota.NO_TOKEN, responses, metrics);
    this.management =
        new OpenConnections(config.maxManagement(), AppQuota.OPERATIONS, responses, metrics);
  }

  void register(@Observes Router router) {
    router.route().order(Integer.MIN_VALUE).handler(this::noteRequest);
    router.route().order(BEHIND_AUTHENTICATION).handler(ConnectionGate::noteCaller);
  }

  void register(@Observes ManagementInterface ports) {
    ports.router().route().order(Integer.MIN_VALUE).handler(this::noteProbe);
  }

  private void noteRequest(RoutingContext context) {
    if (!port.carries(context.request())
        && context.request().connection() instanceof ConnectionBase connection) {
      api.onRequest(connection.channel());
    }
    context.next();
  }

  private static void noteCaller(RoutingContext context) {
    if (context.request().connection() instanceof ConnectionBase connection) {
      Caller.find(context)
          .ifPresent(caller -> ConnectionGuard.onCaller(connection.channel(), caller.shareApp()));
    }
    context.next();
  }

  private void noteProbe(RoutingContext context) {
    if (context.request().connection() instanceof ConnectionBase connection) {
      management.onRequest(connection.channel());
    }
    context.next();
  }
}
