/**
 * Does the work that time makes due: makes instances of due triggers, starts scheduled ones, and
 * times attempts out. {@link dev.orrery.scheduler.engine.fire.DueWorkLoop} sleeps until the next
 * trigger, time-out or retry is due, and runs the steps of {@code DueWorkTable} that are due.
 * {@link dev.orrery.scheduler.engine.fire.FireService} locks triggers, calls the pure rule {@link
 * dev.orrery.scheduler.engine.fire.FireDecision}, and writes the instances and the next fire time
 * in one transaction, so a fire time never fires twice.
 *
 * <p>{@link dev.orrery.scheduler.engine.fire.MisfireRule} decides about missed fire times and
 * {@link dev.orrery.scheduler.engine.fire.OverlapRule} about active instances. Fire times are
 * computed in {@code trigger}.
 */
package dev.orrery.scheduler.engine.fire;
