/**
 * The life of the workers of an application, the same on every platform: {@link
 * dev.orrery.worker.binding.lifecycle.ApplicationWorkers} reads their settings, starts and drains
 * them; a platform says when.
 */
package dev.orrery.worker.binding.lifecycle;
