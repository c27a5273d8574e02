/**
 * Logs of attempts: intake, storage, pages, and streams that clients follow. {@link
 * dev.orrery.scheduler.engine.logs.LogIntake} stores lines from workers, {@link
 * dev.orrery.scheduler.engine.logs.LogResource} returns pages, and {@link
 * dev.orrery.scheduler.engine.logs.LogStreamRegistry} serves clients that follow a log; the phases
 * of such a stream are in {@link dev.orrery.scheduler.engine.logs.LogStreamState}.
 *
 * <p>Lines are ordered by attempt and sequence, and {@link
 * dev.orrery.scheduler.engine.logs.LineOrder} decides which lines may be shown. The log of the
 * scheduler itself does not belong here.
 */
package dev.orrery.scheduler.engine.logs;
