package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.outbound.OutboundRequest;
import dev.orrery.outbound.OutboundResponse;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;

/**
 * The ways out of the scheduler, of which each {@link WebhookFormat} takes one.
 *
 * @param userAgent of HTTP requests
 * @param json reads stored messages
 */
record Senders(
    Http http, MailSender mail, String userAgent, ObjectMapper json, InstantSource clock) {
  @FunctionalInterface
  interface Http {
    /**
     * Completes with a response of any status; fails if there is no response. May complete on a
     * thread that must not block.
     */
    CompletableFuture<OutboundResponse> send(OutboundRequest request);
  }
}
