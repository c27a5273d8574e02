/**
 * Work that becomes due by time. {@link dev.orrery.scheduler.due.DueWorkLoop} queries the database
 * once a second, or earlier if it knows of something due sooner; then it fires triggers, makes
 * scheduled instances ready, ends overdue attempts and expires sessions.
 *
 * <p>The loop only decides when. {@link dev.orrery.scheduler.due.DueWorkRunner} calls {@code fire},
 * {@code concurrency}, {@code completion}, {@code dispatch} and {@code worker} for the work itself;
 * no other package calls this one.
 */
package dev.orrery.scheduler.due;
