package dev.orrery.scheduler.notification;

import dev.orrery.outbound.OutboundHttp;
import dev.orrery.outbound.OutboundRequest;
import dev.orrery.outbound.OutboundResponse;
import dev.orrery.protocol.network.AllowedNetworks;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Sends the requests of webhooks over HTTP, only to allowed networks. */
@Singleton
class WebhookSender implements DeliveryService.Sender {
  private final OutboundHttp http;

  WebhookSender(NotificationConfig config, Vertx vertx) {
    AllowedNetworks networks =
        AllowedNetworks.parse(
            "orrery.notifications.allowed-networks", config.allowedNetworks().orElse(List.of()));
    this.http =
        OutboundHttp.open(
            vertx, networks, WebhookRequest.CONNECT_TIMEOUT, NotificationLimits.LOOKUPS);
  }

  @PreDestroy
  void close() {
    http.close();
  }

  @Override
  public CompletableFuture<OutboundResponse> send(OutboundRequest request) {
    return http.send(request);
  }
}
