/** The command {@code webhook}: the webhooks of an app and the messages sent to them. */
package dev.orrery.cli.webhook;
