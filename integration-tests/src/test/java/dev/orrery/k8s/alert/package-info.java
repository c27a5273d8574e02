/**
 * Tests of the alerts. {@link dev.orrery.k8s.alert.AlertsIT} evaluates every alert on the metrics
 * of real processes, with the part of Prometheus' language that {@link
 * dev.orrery.k8s.alert.ExpressionParser} reads.
 *
 * <p>The parser rejects what the alerts do not use, so it is no general implementation.
 */
package dev.orrery.k8s.alert;
