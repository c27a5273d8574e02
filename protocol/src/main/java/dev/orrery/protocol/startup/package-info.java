/**
 * Startup checks and messages of all programs. {@link dev.orrery.protocol.startup.StartupException}
 * stops a start with a message that names the setting to change, {@link
 * dev.orrery.protocol.startup.StartupFailure} prints it, and {@link
 * dev.orrery.protocol.startup.AliasedSettings} also finds settings under PowerJob's names.
 *
 * <p>It depends on no framework, because it runs before one is ready. Checks of single settings
 * belong to their program.
 */
package dev.orrery.protocol.startup;
