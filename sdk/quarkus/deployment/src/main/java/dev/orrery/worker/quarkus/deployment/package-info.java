/**
 * The build steps of the Quarkus extension: {@link dev.orrery.worker.quarkus.deployment.JobClasses}
 * finds annotated methods, and {@link dev.orrery.worker.quarkus.deployment.JobCheck} refuses
 * mistakes.
 */
package dev.orrery.worker.quarkus.deployment;
