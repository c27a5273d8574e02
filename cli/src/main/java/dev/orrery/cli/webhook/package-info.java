/**
 * The command {@code webhook}: the webhooks of an app and the messages sent to them.
 *
 * <p>A webhook is written from a file, because its URL is often a secret.
 */
package dev.orrery.cli.webhook;
