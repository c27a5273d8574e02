/**
 * Ends attempts: whether an instance runs again and after which delay, and its move into the
 * history. {@link dev.orrery.scheduler.engine.completion.RetryDecision} is the pure rule, {@link
 * dev.orrery.scheduler.engine.completion.AttemptCompletionService} applies it, and {@link
 * dev.orrery.scheduler.engine.completion.HistoryWriter} moves instances that have ended into the
 * history.
 *
 * <p>Reports other than plain successes, lost sessions, time-outs, cancels and hand-backs all end
 * here. Plain successes take a shorter path: {@code report} ends them with a single statement.
 */
package dev.orrery.scheduler.engine.completion;
