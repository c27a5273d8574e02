package dev.orrery.worker.attempt;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.text.TraceParent;
import dev.orrery.worker.AttemptContext;
import java.util.Map;
import java.util.Optional;

/**
 * The context of an attempt, together with the assignment that the scheduler sent. Applications use
 * only {@link AttemptContext}; tracing and the agent's processors, which know the protocol, also
 * use this interface.
 */
public interface AssignedAttempt extends AttemptContext {

  Assignment assignment();

  /**
   * Returns the attempt of the context.
   *
   * @throws IllegalArgumentException if the context is not that of a worker
   */
  static AssignedAttempt of(AttemptContext context) {
    if (context instanceof AssignedAttempt assigned) {
      return assigned;
    }
    throw new IllegalArgumentException(
        "Not the context of a worker: " + context.getClass().getName());
  }

  /** The trace of the call that submitted the run; empty if that was in none. */
  default Optional<TraceParent> trace() {
    return TraceParent.of(assignment().parameters(), attempt());
  }

  @Override
  default long instance() {
    return assignment().instance();
  }

  @Override
  default int attempt() {
    return assignment().attempt();
  }

  @Override
  default String job() {
    return assignment().job();
  }

  @Override
  default int jobVersion() {
    return assignment().jobVersion();
  }

  @Override
  default String processor() {
    return assignment().processor().offerName();
  }

  @Override
  default Map<String, String> parameters() {
    return TraceParent.hide(assignment().parameters());
  }

  @Override
  default Optional<String> fireTime() {
    return Optional.ofNullable(assignment().fireTime());
  }

  @Override
  default Optional<String> traceParent() {
    return trace().map(TraceParent::value);
  }
}
