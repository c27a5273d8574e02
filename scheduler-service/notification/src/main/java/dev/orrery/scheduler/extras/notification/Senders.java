package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.outbound.OutboundRequest;
import dev.orrery.outbound.OutboundResponse;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;

/**
 * The senders of webhook messages; each {@link WebhookFormat} uses one of them.
 *
 * @param userAgent of HTTP requests
 * @param json reads stored messages
 */
record Senders(
    Http http, MailSender mail, String userAgent, ObjectMapper json, InstantSource clock) {
  @FunctionalInterface
  interface Http {
    /**
     * Sends a request. The future completes with the response, whatever its status, and fails if
     * there is none; it may complete on a thread that must not block.
     */
    CompletableFuture<OutboundResponse> send(OutboundRequest request);
  }
}
