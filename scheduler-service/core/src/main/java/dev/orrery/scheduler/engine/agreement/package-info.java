/**
 * Agreement on protocol and version between this replica and its workers at the handshake, the list
 * of refused workers, and the readiness of the replica. {@link
 * dev.orrery.scheduler.engine.agreement.HandshakeService} accepts workers or refuses them with the
 * setting to change, and {@link dev.orrery.scheduler.engine.agreement.ReadinessRule} decides
 * whether this replica may serve.
 *
 * <p>The rule that compares an offer with the protocols of the scheduler is in {@code
 * dev.orrery.protocol.agreement}. The package {@code cluster} reads the versions of other replicas
 * and finds differences to them; this package applies the versions to readiness and reports the
 * differences.
 */
package dev.orrery.scheduler.engine.agreement;
