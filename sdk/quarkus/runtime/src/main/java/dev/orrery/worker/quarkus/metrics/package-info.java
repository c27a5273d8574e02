/** Metrics of the worker, if the application has Micrometer. */
package dev.orrery.worker.quarkus.metrics;
