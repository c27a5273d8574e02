/**
 * The worker of a Quarkus application: {@link dev.orrery.worker.quarkus.OrreryWorkerLifecycle}
 * starts and drains it. The methods that it runs were found when the application was built.
 */
package dev.orrery.worker.quarkus;
