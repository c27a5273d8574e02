package dev.orrery.scheduler.extras.notification;

import dev.orrery.outbound.OutboundHttp;
import dev.orrery.outbound.OutboundRequest;
import dev.orrery.outbound.OutboundResponse;
import dev.orrery.protocol.network.AllowedNetworks;
import dev.orrery.scheduler.extras.notification.OutboxStore.Outgoing;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The HTTP request of a webhook message: headers, signature, bounds and networks. */
final class WebhookRequest {
  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int MAX_REDIRECTS = 0;
  private static final int MAX_RESPONSE_BYTES = 1024;

  private WebhookRequest() {}

  static OutboundRequest of(Outgoing message, Instant now, String userAgent) {
    return new OutboundRequest(
        "POST",
        URI.create(message.url()),
        headers(message, now.getEpochSecond(), userAgent),
        Optional.of(message.body()),
        TIMEOUT,
        MAX_REDIRECTS,
        MAX_RESPONSE_BYTES,
        message.appId());
  }

  private static Map<String, String> headers(Outgoing message, long timestamp, String userAgent) {
    String id = "msg_" + message.id();
    return Map.of(
        "Content-Type",
        "application/json",
        "User-Agent",
        userAgent,
        "webhook-id",
        id,
        "webhook-timestamp",
        Long.toString(timestamp),
        "webhook-signature",
        signature(message, id, timestamp));
  }

  private static String signature(Outgoing message, String id, long timestamp) {
    String current = message.secret().sign(id, timestamp, message.body());
    return message.previousSecret() == null
        ? current
        : current + " " + message.previousSecret().sign(id, timestamp, message.body());
  }

  /** Sends the requests over HTTP, to allowed networks only. */
  @Singleton
  static class Sender implements DeliveryService.Sender {
    private final OutboundHttp http;

    Sender(NotificationConfig config, Vertx vertx) {
      AllowedNetworks networks = NotificationConfigCheck.networks(config.allowedNetworks());
      this.http = OutboundHttp.open(vertx, networks, CONNECT_TIMEOUT, NotificationLimits.LOOKUPS);
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
}
