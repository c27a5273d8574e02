/**
 * Health of the agent. {@link dev.orrery.agent.health.AgreementHealthCheck} is ready while an
 * agreement with a scheduler holds, and otherwise names the setting to change.
 *
 * <p>Probes are open to everyone, so they show no address, name or token.
 */
package dev.orrery.agent.health;
