/**
 * Reports ended attempts. {@link dev.orrery.worker.report.Reporter} sends one request at a time and
 * keeps each report until the scheduler has accepted or rejected it.
 *
 * <p>The scheduler decides whether a report counts. All code here runs on the event loop.
 */
package dev.orrery.worker.report;
