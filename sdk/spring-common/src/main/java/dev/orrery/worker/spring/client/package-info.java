/** A client of the scheduler as a bean. */
package dev.orrery.worker.spring.client;
