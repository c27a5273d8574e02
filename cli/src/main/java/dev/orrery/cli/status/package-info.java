/** The command {@code status}: what runs, on which ports, and which workers are refused. */
package dev.orrery.cli.status;
