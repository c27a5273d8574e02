package dev.orrery.scheduler.dispatch;

import dev.orrery.scheduler.database.EngineExecutor;
import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.time.Ticker;
import dev.orrery.scheduler.worker.Capabilities;
import jakarta.enterprise.context.ApplicationScoped;

/** Makes the {@link ClaimBatcher} of new capabilities. */
@ApplicationScoped
class ClaimBatcherFactory {
  private final LaneRegistry lanes;
  private final ClaimStore store;
  private final AssignmentFactory assignments;
  private final UnreadableAttemptService unreadable;
  private final EngineExecutor executor;
  private final ClaimMetrics metrics;
  private final Ticker ticker;
  private final HintBus hints;

  ClaimBatcherFactory(
      LaneRegistry lanes,
      ClaimStore store,
      AssignmentFactory assignments,
      UnreadableAttemptService unreadable,
      EngineExecutor executor,
      ClaimMetrics metrics,
      Ticker ticker,
      HintBus hints) {
    this.lanes = lanes;
    this.store = store;
    this.assignments = assignments;
    this.unreadable = unreadable;
    this.executor = executor;
    this.metrics = metrics;
    this.ticker = ticker;
    this.hints = hints;
  }

  ClaimBatcher create(Capabilities capabilities) {
    return new ClaimBatcher(
        capabilities, lanes, store, assignments, unreadable, executor, metrics, ticker, hints);
  }
}
