package dev.orrery.worker.binding.client;

import dev.orrery.client.OutboxState;
import dev.orrery.client.Run;
import java.util.Optional;

/**
 * Submits runs of jobs after the transaction of the caller has committed, and only then; needs
 * {@code orrery.client.outbox=true}. Without a transaction, or after it, the run is stored and
 * committed at once.
 */
@FunctionalInterface
public interface OrreryOutbox {
  /**
   * Stores a run in the table {@code orrery_outbox}, from which it is submitted, once.
   *
   * @return the idempotency key with which it is submitted
   * @throws IllegalStateException if the database refuses it, or the transaction of the caller is
   *     not one of the outbox's data source; nothing is stored, so roll the transaction back
   */
  String run(Run run);

  /** Returns what is in the table, and why it stays there; empty while nothing is submitted. */
  default Optional<OutboxState> state() {
    return Optional.empty();
  }
}
