package dev.orrery.worker.client;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Calls the worker operations of a scheduler. Each protocol has an implementation. */
public interface ProtocolClient extends AutoCloseable {

  /** The protocol of this client, as the offer names it. */
  Protocol protocol();

  /**
   * Calls an operation of the scheduler at an address.
   *
   * @param address as configured or discovered
   * @param timeout how long to wait for the response
   * @return the response, or a {@link ProtocolClientException}; completed on a thread of the
   *     client, which must not be blocked
   */
  <Q, A> CompletableFuture<A> ask(
      URI address, WorkerOperation<Q, A> operation, Q request, Duration timeout);

  /** Returns true unless responses cannot arrive, because the port for them does not serve. */
  default boolean isResponding() {
    return true;
  }

  @Override
  void close();
}
