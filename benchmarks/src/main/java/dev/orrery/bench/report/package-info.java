/**
 * Results of a run. {@link dev.orrery.bench.report.BenchReport} combines all rounds, and {@link
 * dev.orrery.bench.report.ReportTable} prints them as text.
 *
 * <p>Ratios are computed within one run only.
 */
package dev.orrery.bench.report;
