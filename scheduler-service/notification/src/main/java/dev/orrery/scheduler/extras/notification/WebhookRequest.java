package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.outbound.OutboundHttp;
import dev.orrery.outbound.OutboundRequest;
import dev.orrery.outbound.OutboundResponse;
import dev.orrery.protocol.network.AllowedNetworks;
import dev.orrery.scheduler.extras.notification.OutboxStore.Outgoing;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The HTTP request of a webhook message: format, headers, signature, bounds and networks. */
final class WebhookRequest {
  private static final int MAX_REDIRECTS = 0;
  private static final int MAX_RESPONSE_BYTES = 1024;

  private WebhookRequest() {}

  static OutboundRequest of(Outgoing message, Instant now, String userAgent, ObjectMapper json) {
    return switch (message.format()) {
      case JSON ->
          request(
              message,
              message.url(),
              signed(message, now.getEpochSecond(), userAgent),
              message.body());
      case PAGERDUTY ->
          request(
              message,
              message.url(),
              headers(userAgent),
              PagerDutyBody.of(
                      payloads(message, json).get(0),
                      message.webhook(),
                      message.receiverKey(),
                      message.language(),
                      now)
                  .toString());
      case SLACK, TEAMS, DISCORD, DINGTALK, FEISHU, WECOM -> chat(message, now, userAgent, json);
      case MAIL -> throw new IllegalArgumentException("Mail is sent by SMTP, not by HTTP");
    };
  }

  private static OutboundRequest chat(
      Outgoing message, Instant now, String userAgent, ObjectMapper json) {
    ObjectNode body = ChatBody.of(message.format(), chatMessage(message, now, json));
    String url = message.url();
    if (message.receiverKey() != null && message.format() == WebhookFormat.DINGTALK) {
      url = RobotSignature.ofDingTalk(message.receiverKey(), now).addTo(url);
    } else if (message.receiverKey() != null && message.format() == WebhookFormat.FEISHU) {
      RobotSignature.ofFeishu(message.receiverKey(), now).addTo(body);
    }
    return request(message, url, headers(userAgent), body.toString());
  }

  static ChatMessage chatMessage(Outgoing message, Instant now, ObjectMapper json) {
    return ChatMessage.of(payloads(message, json), message.ids().size(), message.language(), now);
  }

  private static OutboundRequest request(
      Outgoing message, String url, Map<String, String> headers, String body) {
    return new OutboundRequest(
        "POST",
        URI.create(url),
        headers,
        Optional.of(body),
        NotificationLimits.REQUEST_TIMEOUT,
        MAX_REDIRECTS,
        MAX_RESPONSE_BYTES,
        message.appId());
  }

  private static List<WebhookPayload> payloads(Outgoing message, ObjectMapper json) {
    List<WebhookPayload> payloads = new ArrayList<>();
    for (String body : message.bodies()) {
      try {
        payloads.add(json.readValue(body, WebhookPayload.class));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("the stored message is not readable", e);
      }
    }
    return payloads;
  }

  private static Map<String, String> headers(String userAgent) {
    return Map.of("Content-Type", "application/json", "User-Agent", userAgent);
  }

  private static Map<String, String> signed(Outgoing message, long timestamp, String userAgent) {
    String id = "msg_" + message.id();
    Map<String, String> headers = new HashMap<>(headers(userAgent));
    headers.put("webhook-id", id);
    headers.put("webhook-timestamp", Long.toString(timestamp));
    headers.put("webhook-signature", signature(message, id, timestamp));
    return Map.copyOf(headers);
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
      this.http =
          OutboundHttp.open(
              vertx, networks, NotificationLimits.CONNECT_TIMEOUT, NotificationLimits.LOOKUPS);
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
