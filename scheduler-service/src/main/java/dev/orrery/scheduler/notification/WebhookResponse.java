package dev.orrery.scheduler.notification;

import dev.orrery.outbound.OutboundResponse;
import java.time.Duration;

/** Interprets a response other than 2xx. The body is not kept. */
final class WebhookResponse {
  private WebhookResponse() {}

  static String complaint(OutboundResponse response) {
    return response.status() / 100 == 3
        ? "the receiver answered " + response.status() + "; redirects are not followed"
        : "the receiver answered " + response.status();
  }

  /** Returns the delay in the header Retry-After; a date or an absent header counts as zero. */
  static Duration retryAfter(OutboundResponse response) {
    return response
        .retryAfter()
        .map(String::strip)
        .filter(text -> text.matches("[0-9]{1,6}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)))
        .orElse(Duration.ZERO);
  }
}
