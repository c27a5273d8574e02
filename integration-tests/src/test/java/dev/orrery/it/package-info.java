/**
 * Integration tests that start packaged schedulers and agents, kill them, and observe them from
 * outside, for instance {@link dev.orrery.it.SchedulerFaultIT}.
 *
 * <p>Processes, proxies and clients come from {@code harness}. A test that works inside one process
 * belongs to the module itself.
 */
package dev.orrery.it;
