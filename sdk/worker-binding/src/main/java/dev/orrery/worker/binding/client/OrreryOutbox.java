package dev.orrery.worker.binding.client;

import dev.orrery.client.Run;

/**
 * Submits runs of jobs after the transaction of the caller has committed, and only then; needs
 * {@code orrery.client.outbox=true}. Without a transaction, the run is stored at once.
 */
@FunctionalInterface
public interface OrreryOutbox {
  /**
   * Stores a run in the table {@code orrery_outbox}, from which it is submitted, once.
   *
   * @return the idempotency key with which it is submitted
   * @throws IllegalStateException if the database refuses it; roll the transaction back
   */
  String run(Run run);
}
