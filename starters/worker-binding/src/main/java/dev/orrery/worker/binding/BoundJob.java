package dev.orrery.worker.binding;

import dev.orrery.worker.Processor;
import dev.orrery.worker.binding.declare.JobDeclaration;
import java.lang.reflect.Method;
import java.util.Optional;

/**
 * A method as a processor.
 *
 * @param name of the processor, without {@code java:}
 * @param declaration the job that the method declares; empty: none
 */
public record BoundJob(
    String name, Method method, Processor processor, Optional<JobDeclaration> declaration) {}
