/**
 * Helpers that tests of several modules share, such as {@link dev.orrery.testing.WebhookReceiver},
 * {@link dev.orrery.testing.PluginJar} and {@link dev.orrery.testing.Keytool}.
 *
 * <p>This module is not part of any shipped package. A helper that one module uses belongs to the
 * tests of that module.
 */
package dev.orrery.testing;
