/**
 * Decides whether a worker and a scheduler can work together. {@link
 * dev.orrery.protocol.agreement.AgreementRule} compares an offer with {@link
 * dev.orrery.protocol.agreement.SchedulerProtocols} and returns an {@link
 * dev.orrery.protocol.agreement.Agreement}: reached, or refused with the setting to change.
 *
 * <p>The rule is pure: it reads no configuration and opens no connection. Handshakes call it in the
 * scheduler.
 */
package dev.orrery.protocol.agreement;
