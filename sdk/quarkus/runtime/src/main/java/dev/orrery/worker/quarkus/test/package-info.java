/**
 * The tester of an application's jobs as a bean for tests, if the application has {@code
 * orrery-worker-test}.
 */
package dev.orrery.worker.quarkus.test;
