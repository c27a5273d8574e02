/** Metrics of the worker in the registry of the application. */
package dev.orrery.worker.spring.metrics;
