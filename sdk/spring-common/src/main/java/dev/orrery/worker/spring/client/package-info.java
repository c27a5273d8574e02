/** Provides a client of the scheduler, and its outbox, as beans. */
package dev.orrery.worker.spring.client;
