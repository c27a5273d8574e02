/**
 * Spans of OpenTelemetry, if the application has its API. Nothing else here refers to this package.
 */
package dev.orrery.client.otel;
