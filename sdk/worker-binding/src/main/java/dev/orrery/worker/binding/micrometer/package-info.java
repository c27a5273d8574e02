/** Metrics of the worker in a registry of Micrometer, which the application brings. */
package dev.orrery.worker.binding.micrometer;
