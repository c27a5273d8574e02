/**
 * The tester of the jobs of an application, if it has {@code orrery-worker-test}: tests inject it.
 */
package dev.orrery.worker.quarkus.test;
