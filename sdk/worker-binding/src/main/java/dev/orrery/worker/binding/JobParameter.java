package dev.orrery.worker.binding;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Optional;

/**
 * A parameter of a job's method that gets a parameter of the job.
 *
 * @param name in the job document
 * @param type to which the text is converted; of an {@code Optional}, the type of its value
 * @param method that has the parameter, for annotations of the platform
 * @param index of the parameter in the method, from 0
 * @param optional whether it is an {@code Optional}
 * @param defaultValue converted if the run has no such parameter
 */
public record JobParameter(
    String name,
    Type type,
    Method method,
    int index,
    boolean optional,
    Optional<String> defaultValue) {}
