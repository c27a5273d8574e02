/**
 * Agreement between this replica and its workers on protocol and version. {@link
 * dev.orrery.scheduler.agreement.HandshakeService} accepts workers or tells them what to change,
 * and {@link dev.orrery.scheduler.agreement.ReadinessRule} decides whether this replica may serve.
 *
 * <p>The rule that compares an offer with the protocols of the scheduler is in {@code
 * dev.orrery.protocol.agreement}. Differences between replicas are found in {@code cluster}; this
 * package only knows what they mean for readiness.
 */
package dev.orrery.scheduler.agreement;
