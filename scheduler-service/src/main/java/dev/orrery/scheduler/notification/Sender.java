package dev.orrery.scheduler.notification;

import dev.orrery.http.OutboundRequest;
import dev.orrery.http.OutboundResponse;
import java.util.concurrent.CompletableFuture;

/** Brings a message to its receiver. */
@FunctionalInterface
interface Sender {

  /**
   * Any status is a response; whatever keeps one from coming fails the future. It may complete on a
   * thread where nothing may block.
   */
  CompletableFuture<OutboundResponse> send(OutboundRequest request);
}
