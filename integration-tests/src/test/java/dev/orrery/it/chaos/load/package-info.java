/**
 * Load for chaos runs, and the record of events. {@link dev.orrery.it.chaos.load.Workload} submits,
 * cancels and reads instances; {@link dev.orrery.it.chaos.load.CallHistory}, {@link
 * dev.orrery.it.chaos.load.AttemptJournal} and {@link dev.orrery.it.chaos.load.DatabaseObserver}
 * record observations.
 *
 * <p>Nothing is evaluated here: the facts go to {@code check}.
 */
package dev.orrery.it.chaos.load;
