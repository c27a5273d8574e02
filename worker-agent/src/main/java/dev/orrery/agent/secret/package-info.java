/**
 * Secrets that jobs name: {@link dev.orrery.agent.secret.SecretDirectory} reads them at each
 * attempt, and {@link dev.orrery.agent.secret.SecretContext} masks them in everything that an
 * attempt passes to the SDK.
 */
package dev.orrery.agent.secret;
