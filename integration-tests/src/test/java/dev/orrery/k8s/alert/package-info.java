/**
 * Tests of the alerts. {@link dev.orrery.k8s.alert.AlertRulesTest} runs the cases of every alert by
 * promtool. {@link dev.orrery.k8s.alert.AlertsIT} makes faults of real processes, which a
 * Prometheus scrapes.
 *
 * <p>Both programs are in Debian's package {@code prometheus}.
 */
package dev.orrery.k8s.alert;
