package dev.orrery.protocol.transport;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The worker's side of a transport, which sends requests to schedulers. */
public interface WorkerEnd extends AutoCloseable {

  /**
   * Sends a request to the scheduler.
   *
   * @param address as discovery returned it
   * @return the response, or a {@link TransportException} if none arrived
   */
  CompletableFuture<OperationResponse> ask(URI address, OperationRequest request, Duration longest);

  /** Returns true if this side hears what arrives at its port. */
  boolean isResponding();

  @Override
  void close();
}
