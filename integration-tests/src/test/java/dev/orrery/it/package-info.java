/**
 * Integration tests that start packaged schedulers and agents, kill them, and look at them from
 * outside, for instance {@link dev.orrery.it.SchedulerFaultIT}.
 *
 * <p>Processes, proxies and clients come from {@code harness}. What a test inside one process can
 * show belongs to the module itself.
 */
package dev.orrery.it;
