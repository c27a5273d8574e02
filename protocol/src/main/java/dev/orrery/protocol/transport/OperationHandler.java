package dev.orrery.protocol.transport;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Serves verbs; never blocks. */
public interface OperationHandler {

  /**
   * Serves one.
   *
   * @param whenGone is handed an action to run when nobody waits for the answer any more
   * @return the answer; a failed one is a fault of the handler
   */
  CompletionStage<OperationResponse> handle(OperationRequest request, Consumer<Runnable> whenGone);

  /** The refusal of a verb that was not even looked at, since too many are under way. */
  OperationResponse overloaded();

  /** The refusal of a verb that is larger than the transport takes. */
  OperationResponse tooLarge();
}
