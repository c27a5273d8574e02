package dev.orrery.scheduler.notification;

import dev.orrery.http.OutboundRequest;
import dev.orrery.http.OutboundResponse;
import java.util.concurrent.CompletableFuture;

/** Sends messages to webhooks. */
@FunctionalInterface
interface Sender {

  /**
   * Completes with the response, whatever its status; fails if there is none. May complete on a
   * thread that must not block.
   */
  CompletableFuture<OutboundResponse> send(OutboundRequest request);
}
