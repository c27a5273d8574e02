/** The client with which an application runs jobs, configured by {@code orrery.client.*}. */
package dev.orrery.worker.binding.client;
