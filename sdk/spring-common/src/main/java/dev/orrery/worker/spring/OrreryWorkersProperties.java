package dev.orrery.worker.spring;

import dev.orrery.worker.binding.setting.WorkerProperties;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of all workers in a Spring Boot application.
 *
 * @param enabled Whether this application runs a worker. Switch it off in tests.
 * @param logCapture Whether what a job logs with the logging of the application is in the log of
 *     its run, too. Needs Logback or java.util.logging.
 * @param tracing Whether each run is a span, if the application has a bean OpenTelemetry.
 * @param failFast Whether the start fails if the scheduler does not accept the worker in time.
 * @param failFastTimeout Time that the scheduler has for it.
 * @param named Settings of further workers, by their names.
 */
@ConfigurationProperties(WorkerProperties.PREFIX)
public record OrreryWorkersProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("false") boolean logCapture,
    @DefaultValue("true") boolean tracing,
    @DefaultValue("false") boolean failFast,
    @DefaultValue("30s") Duration failFastTimeout,
    @DefaultValue Map<String, OrreryWorkerProperties> named) {}
