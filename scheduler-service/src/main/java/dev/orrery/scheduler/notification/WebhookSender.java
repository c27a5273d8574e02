package dev.orrery.scheduler.notification;

import dev.orrery.outbound.OutboundRequest;
import dev.orrery.outbound.OutboundResponse;
import java.util.concurrent.CompletableFuture;

/** Sends messages to webhooks. */
@FunctionalInterface
interface WebhookSender {

  /**
   * Completes with the response, whatever its status; fails if there is none. May complete on a
   * thread that must not block.
   */
  CompletableFuture<OutboundResponse> send(OutboundRequest request);
}
