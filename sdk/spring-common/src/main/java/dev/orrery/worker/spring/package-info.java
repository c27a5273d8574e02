/**
 * The worker of a Spring Boot application. {@link
 * dev.orrery.worker.spring.OrreryWorkerAutoConfiguration} finds the methods with
 * {@code @OrreryJob}, and {@link dev.orrery.worker.spring.OrreryWorkerLifecycle} runs the worker
 * that serves them.
 *
 * <p>Health, info and metrics are in {@code actuate} and {@code metrics}, hints for native images
 * in {@code aot}. Whatever differs between Boot 3 and 4 is in the starters.
 */
package dev.orrery.worker.spring;
