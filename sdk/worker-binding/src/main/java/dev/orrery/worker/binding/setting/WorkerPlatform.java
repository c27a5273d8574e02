package dev.orrery.worker.binding.setting;

import dev.orrery.worker.binding.OrreryWorkerCustomizer;
import dev.orrery.worker.binding.ProcessorDecorator;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/**
 * What a framework, such as Spring or Quarkus, provides for the workers of an application.
 *
 * @param nameKey the setting that names the application
 * @param applicationName its value; may be empty
 * @param built when the application was built
 * @param virtualThreads the default of that setting
 * @param tlsKey the setting of a worker that names what the platform has for TLS
 * @param tls returns the context, given the full name of that setting and its value, which may be
 *     null
 * @param log writes a line at level info, also while the JVM stops, when java.util.logging may not
 */
public record WorkerPlatform(
    String nameKey,
    String applicationName,
    Instant built,
    boolean virtualThreads,
    String tlsKey,
    BiFunction<String, String, Optional<SSLContext>> tls,
    Consumer<String> log,
    List<OrreryWorkerCustomizer> customizers,
    List<ProcessorDecorator> decorators) {}
