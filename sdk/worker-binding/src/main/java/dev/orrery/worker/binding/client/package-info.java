/** The client of an application that runs jobs, by {@code orrery.client.*}. */
package dev.orrery.worker.binding.client;
