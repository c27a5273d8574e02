package dev.orrery.worker.client;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Moves verbs to a scheduler and answers back; one implementation for each protocol. */
public interface ProtocolClient extends AutoCloseable {

  /** The protocol that this client speaks, as the offer names it. */
  Protocol protocol();

  /**
   * Asks the scheduler at an address.
   *
   * @param address where to, as configured or discovered
   * @param longest how long to wait for the answer
   * @return the answer, or a {@link ProtocolClientException}; completed on a thread of the wire,
   *     which must not be blocked
   */
  <Q, A> CompletableFuture<A> ask(
      URI address, WorkerOperation<Q, A> verb, Q request, Duration longest);

  @Override
  void close();
}
