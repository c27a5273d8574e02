/**
 * Checks and messages for the start of both programs. {@link
 * dev.orrery.protocol.startup.StartupException} stops a start with a message that names the setting
 * to change, {@link dev.orrery.protocol.startup.StartupFailure} prints it, and {@link
 * dev.orrery.protocol.startup.AliasedSettings} finds settings by PowerJob's names, too.
 *
 * <p>It depends on no framework, because it runs before one is ready. Checks of single settings
 * belong to the program that has them.
 */
package dev.orrery.protocol.startup;
