/**
 * Tracing of submissions with OpenTelemetry, for applications that have its API. No other package
 * here refers to this one.
 */
package dev.orrery.client.otel;
