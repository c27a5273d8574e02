package dev.orrery.scheduler.notification;

import dev.orrery.outbound.OutboundRequest;
import dev.orrery.scheduler.notification.OutboxStore.Outgoing;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The HTTP request of a webhook message, with its headers, signature and limits. */
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
}
