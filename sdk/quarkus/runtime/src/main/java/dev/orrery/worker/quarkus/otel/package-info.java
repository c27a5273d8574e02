/** Tracing with OpenTelemetry, if the application has its extension. */
package dev.orrery.worker.quarkus.otel;
