/**
 * The commands {@code app} and {@code token}: what a person needs before the first worker can join.
 */
package dev.orrery.cli.app;
