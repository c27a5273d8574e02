/**
 * Reports of ended attempts. {@link dev.orrery.scheduler.engine.report.ReportService} checks
 * reports and commits many at once; plain successes are one statement in {@link
 * dev.orrery.scheduler.engine.report.AttemptSuccessStore}, all others go to {@code completion}.
 *
 * <p>A report counts only if it names exactly the instance, attempt and session that are running,
 * so repeating one is harmless.
 */
package dev.orrery.scheduler.engine.report;
