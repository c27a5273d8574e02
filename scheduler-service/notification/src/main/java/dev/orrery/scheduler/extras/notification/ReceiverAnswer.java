package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.outbound.OutboundResponse;
import dev.orrery.protocol.text.BoundedText;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The outcome of a delivery, and when another try may follow. DingTalk, Feishu and WeCom answer 200
 * even when they refuse a message, with the reason in the body.
 *
 * @param complaint why the message was not delivered; empty if it was
 * @param retryAfter the shortest time until the message may be tried again; zero if the receiver
 *     names none
 * @param pause how long no message at all may be sent to the receiver; zero if others may
 * @param isFinal whether another try would get the same answer
 */
record ReceiverAnswer(
    Optional<String> complaint, Duration retryAfter, Duration pause, boolean isFinal) {
  private static final ReceiverAnswer DELIVERED =
      new ReceiverAnswer(Optional.empty(), Duration.ZERO, Duration.ZERO, false);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int STATUS_TOO_MANY = 429;
  private static final int MAX_QUOTE = 500;

  /** Codes for too many messages, of DingTalk, WeCom and, the last two, of Feishu. */
  private static final Set<Integer> TOO_MANY = Set.of(130_101, 45_009, 9499, 11_232);

  boolean isDelivered() {
    return complaint.isEmpty();
  }

  /** Returns what a call without a response means. */
  static ReceiverAnswer none(String reason) {
    return failed(reason, Duration.ZERO, Duration.ZERO);
  }

  private static ReceiverAnswer failed(String complaint, Duration retryAfter, Duration pause) {
    return new ReceiverAnswer(Optional.of(complaint), retryAfter, pause, false);
  }

  static ReceiverAnswer of(WebhookFormat format, OutboundResponse response) {
    if (format == WebhookFormat.MAIL && response.status() / 100 != 2) {
      return refusedByMailServer(response);
    }
    if (response.status() / 100 != 2) {
      return refusedByStatus(format, response);
    }
    return switch (format) {
      case DINGTALK, WECOM -> byCode("errcode", "errmsg", response);
      case FEISHU -> byCode("code", "msg", response);
      case JSON, SLACK, TEAMS, DISCORD, PAGERDUTY, MAIL -> DELIVERED;
    };
  }

  private static ReceiverAnswer refusedByStatus(WebhookFormat format, OutboundResponse response) {
    int status = response.status();
    String complaint = "the receiver answered " + status;
    if (status / 100 == 3) {
      complaint += "; redirects are not followed";
    } else if (format != WebhookFormat.JSON && !response.body().isBlank()) {
      complaint += ": " + quote(response.body());
    }
    Duration asked = retryAfter(response);
    if (status != STATUS_TOO_MANY || format == WebhookFormat.JSON) {
      return failed(complaint, asked, Duration.ZERO);
    }
    Duration pause = asked.isZero() ? NotificationLimits.TOO_MANY_PAUSE : asked;
    return failed(complaint, pause, pause);
  }

  /** A reply 5xx is permanent, one of 4xx is not. */
  private static ReceiverAnswer refusedByMailServer(OutboundResponse reply) {
    String complaint = "the mail server answered " + reply.status() + ": " + quote(reply.body());
    return new ReceiverAnswer(
        Optional.of(complaint), Duration.ZERO, Duration.ZERO, reply.status() / 100 == 5);
  }

  private static ReceiverAnswer byCode(String code, String text, OutboundResponse response) {
    JsonNode answer;
    try {
      answer = JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      answer = JSON.missingNode();
    }
    if (!answer.path(code).isIntegralNumber()) {
      return refused("the receiver answered no " + code + ": " + quote(response.body()));
    }
    int number = answer.path(code).asInt();
    if (number == 0) {
      return DELIVERED;
    }
    String complaint =
        "the receiver refused: " + code + " " + number + " " + quote(answer.path(text).asText());
    return TOO_MANY.contains(number)
        ? failed(complaint, NotificationLimits.TOO_MANY_PAUSE, NotificationLimits.TOO_MANY_PAUSE)
        : refused(complaint);
  }

  private static ReceiverAnswer refused(String complaint) {
    return new ReceiverAnswer(Optional.of(complaint), Duration.ZERO, Duration.ZERO, true);
  }

  private static String quote(String text) {
    return BoundedText.abbreviate(text.replaceAll("\\p{Cntrl}+", " ").strip(), MAX_QUOTE);
  }

  /** Returns the delay in the header Retry-After; a date or an absent header counts as zero. */
  private static Duration retryAfter(OutboundResponse response) {
    return response
        .retryAfter()
        .map(String::strip)
        .filter(text -> text.matches("[0-9]{1,6}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)))
        .orElse(Duration.ZERO);
  }
}
