/**
 * The command {@code workers}. {@link dev.orrery.cli.worker.WorkersCommand} lists live sessions and
 * refused workers.
 *
 * <p>It only shows what the API returns; starting workers belongs to {@code local} and to the
 * agent.
 */
package dev.orrery.cli.worker;
