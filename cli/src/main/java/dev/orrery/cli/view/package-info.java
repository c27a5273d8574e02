/**
 * Output of commands. {@link dev.orrery.cli.view.CommandOutput} separates data from messages,
 * {@link dev.orrery.cli.view.TextTable} prints tables as wide as the {@link
 * dev.orrery.cli.view.Terminal}, and {@link dev.orrery.cli.view.TimeText} formats instants and
 * durations.
 *
 * <p>It knows no resource of the API. A {@link dev.orrery.cli.view.TableCell} replaces control
 * characters, so that text from the scheduler cannot act on a terminal.
 */
package dev.orrery.cli.view;
