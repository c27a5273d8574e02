/**
 * Tests of the alerts. {@link dev.orrery.k8s.alert.AlertsIT} evaluates every alert on the metrics
 * of real processes, with the subset of PromQL that {@link dev.orrery.k8s.alert.ExpressionParser}
 * supports.
 *
 * <p>The parser rejects everything that the alerts do not use, so it is not a general
 * implementation.
 */
package dev.orrery.k8s.alert;
