/**
 * Work for chaos runs, and the record of what happened. {@link dev.orrery.it.chaos.load.Workload}
 * submits, cancels and reads instances; {@link dev.orrery.it.chaos.load.CallHistory}, {@link
 * dev.orrery.it.chaos.load.AttemptJournal} and {@link dev.orrery.it.chaos.load.DatabaseObserver}
 * record what was seen.
 *
 * <p>Nothing is judged here: the facts go to {@code check}.
 */
package dev.orrery.it.chaos.load;
