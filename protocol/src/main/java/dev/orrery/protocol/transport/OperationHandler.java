package dev.orrery.protocol.transport;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Serves the operations that workers call over a transport. Its methods never block. */
public interface OperationHandler {

  /**
   * Serves an operation.
   *
   * @param host of the caller, as the transport knows it
   * @param whenGone receives an action to run when the caller no longer waits for the response
   * @return the response; a failed future means a bug in the handler
   */
  CompletionStage<OperationResponse> handle(
      OperationRequest request, String host, Consumer<Runnable> whenGone);

  /** Returns the refusal of a request that was not read because too many are in flight. */
  OperationResponse overloaded();

  /** Returns the refusal of a request that exceeds the size limit of the transport. */
  OperationResponse tooLarge();
}
