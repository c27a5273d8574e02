package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.orrery.outbound.OutboundRequest;
import dev.orrery.outbound.OutboundResponse;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.extras.notification.OutboxStore.Outgoing;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The format of a webhook's messages. A message is rendered from the stored JSON when it is sent,
 * so a change of the format also applies to waiting messages.
 */
@RegisterForReflection
@Schema(description = "What the messages of a webhook look like.")
public enum WebhookFormat {
  /** The stored JSON, signed. */
  JSON(Key.NONE, http(WebhookRequest::signed)),
  SLACK(Key.NONE, http(WebhookRequest.chat(ChatBody::slack))),
  TEAMS(Key.NONE, http(WebhookRequest.chat(ChatBody::teams))),
  DISCORD(Key.NONE, http(WebhookRequest.chat(ChatBody::discord))),
  DINGTALK(Key.OPTIONAL, http(WebhookRequest::dingTalk)),
  FEISHU(Key.OPTIONAL, http(WebhookRequest::feishu)),
  WECOM(Key.NONE, http(WebhookRequest.chat(ChatBody::plainText))),
  PAGERDUTY(Key.REQUIRED, http(WebhookRequest::pagerDuty)),
  /** Sent by the mail server of the settings. */
  MAIL(
      Key.NONE,
      (message, senders) ->
          senders.mail().send(message, WebhookRequest.chatMessage(message, senders)));

  private final Key key;

  @SuppressWarnings("ImmutableEnumChecker") // A function without state.
  private final Delivery delivery;

  WebhookFormat(Key key, Delivery delivery) {
    this.key = key;
    this.delivery = delivery;
  }

  /** Renders and sends the messages of a format. */
  @FunctionalInterface
  private interface Delivery {
    CompletableFuture<OutboundResponse> send(Outgoing message, Senders senders);
  }

  private static Delivery http(BiFunction<Outgoing, Senders, OutboundRequest> request) {
    return (message, senders) -> senders.http().send(request.apply(message, senders));
  }

  /**
   * Sends a message. Completes with the answer; fails if there is none.
   *
   * @throws RuntimeException if the message cannot be made
   */
  CompletableFuture<OutboundResponse> send(Outgoing message, Senders senders) {
    return delivery.send(message, senders);
  }

  /**
   * Says whether a webhook must have a key of its receiver: to sign with, or PagerDuty's routing
   * key.
   */
  enum Key {
    NONE,
    OPTIONAL,
    REQUIRED
  }

  Key key() {
    return key;
  }

  /**
   * Returns true for messages that people read, mails among them, of which one may tell of several
   * jobs.
   */
  boolean isChat() {
    return this != JSON && this != PAGERDUTY;
  }

  /** Returns the time from the end of a delivery to the next. */
  Duration pause() {
    return isChat() ? NotificationLimits.CHAT_PAUSE : Duration.ZERO;
  }

  @JsonValue
  public String spelling() {
    return JsonFields.spelling(this);
  }
}
