package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The HTTP request of a webhook message: format, headers, signature, bounds and networks. */
final class WebhookRequest {
  private static final int MAX_REDIRECTS = 0;
  private static final int MAX_RESPONSE_BYTES = 1024;

  private WebhookRequest() {}

  static OutboundRequest pagerDuty(Outgoing message, Senders senders) {
    return request(
        message,
        message.url(),
        headers(senders),
        PagerDutyBody.of(
                payloads(message, senders).get(0),
                message.webhook(),
                message.receiverKey(),
                message.language(),
                senders.clock().instant())
            .toString());
  }

  /**
   * @param body renders a message for the chat tool
   */
  static BiFunction<Outgoing, Senders, OutboundRequest> chat(
      Function<ChatMessage, ObjectNode> body) {
    return (message, senders) ->
        request(
            message,
            message.url(),
            headers(senders),
            body.apply(chatMessage(message, senders)).toString());
  }

  static OutboundRequest dingTalk(Outgoing message, Senders senders) {
    String url =
        message.receiverKey() == null
            ? message.url()
            : RobotSignature.ofDingTalk(message.receiverKey(), senders.clock().instant())
                .addTo(message.url());
    ObjectNode body = ChatBody.plainText(chatMessage(message, senders));
    return request(message, url, headers(senders), body.toString());
  }

  static OutboundRequest feishu(Outgoing message, Senders senders) {
    ObjectNode body = ChatBody.feishu(chatMessage(message, senders));
    if (message.receiverKey() != null) {
      RobotSignature.ofFeishu(message.receiverKey(), senders.clock().instant()).addTo(body);
    }
    return request(message, message.url(), headers(senders), body.toString());
  }

  static ChatMessage chatMessage(Outgoing message, Senders senders) {
    return ChatMessage.of(
        payloads(message, senders),
        message.ids().size(),
        message.language(),
        senders.clock().instant());
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

  private static List<WebhookPayload> payloads(Outgoing message, Senders senders) {
    List<WebhookPayload> payloads = new ArrayList<>();
    for (String body : message.bodies()) {
      try {
        payloads.add(senders.json().readValue(body, WebhookPayload.class));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("the stored message is not readable", e);
      }
    }
    return payloads;
  }

  private static Map<String, String> headers(Senders senders) {
    return Map.of("Content-Type", "application/json", "User-Agent", senders.userAgent());
  }

  static OutboundRequest signed(Outgoing message, Senders senders) {
    long timestamp = senders.clock().instant().getEpochSecond();
    String id = "msg_" + message.id();
    Map<String, String> headers = new HashMap<>(headers(senders));
    headers.put("webhook-id", id);
    headers.put("webhook-timestamp", Long.toString(timestamp));
    headers.put("webhook-signature", signature(message, id, timestamp));
    return request(message, message.url(), Map.copyOf(headers), message.body());
  }

  private static String signature(Outgoing message, String id, long timestamp) {
    String current = message.secret().sign(id, timestamp, message.body());
    return message.previousSecret() == null
        ? current
        : current + " " + message.previousSecret().sign(id, timestamp, message.body());
  }

  /** Sends the requests over HTTP, to allowed networks only. */
  @Singleton
  static class Sender implements Senders.Http {
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
