/**
 * Tracing of attempts with OpenTelemetry, for applications that have its API. No other package here
 * refers to this one.
 */
package dev.orrery.worker.otel;
