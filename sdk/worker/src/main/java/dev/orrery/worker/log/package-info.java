/**
 * Sends log lines to the scheduler. {@link dev.orrery.worker.log.LogSender} sends them in batches
 * while attempts run, and sends the last lines of an attempt before its report.
 *
 * <p>Lines are collected in {@code attempt}. All code here runs on the event loop.
 */
package dev.orrery.worker.log;
