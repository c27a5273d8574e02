package dev.orrery.protocol.transport;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The worker's side of a transport. */
public interface WorkerEnd extends AutoCloseable {

  /**
   * Asks the scheduler at an address.
   *
   * @param address as discovery told it
   * @return the answer, or a {@link TransportException} if none came
   */
  CompletableFuture<OperationResponse> ask(URI address, OperationRequest request, Duration longest);

  @Override
  void close();
}
