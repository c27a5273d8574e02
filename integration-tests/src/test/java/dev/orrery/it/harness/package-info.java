/**
 * Helpers of the integration tests. {@link dev.orrery.it.harness.Stack} starts a scheduler with
 * agents and ends all of them when it is closed, {@link dev.orrery.it.harness.Postgres} is an
 * external database, and {@link dev.orrery.it.harness.CuttingProxy} disturbs connections.
 *
 * <p>Ports are free ones of the loopback interface. Helpers wait with {@link
 * dev.orrery.testing.program.Await} and never sleep.
 */
package dev.orrery.it.harness;
