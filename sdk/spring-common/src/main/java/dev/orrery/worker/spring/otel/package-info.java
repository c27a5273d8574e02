/** Tracing with OpenTelemetry, if the application has a bean of it. */
package dev.orrery.worker.spring.otel;
