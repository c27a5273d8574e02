package dev.orrery.worker.binding;

import java.lang.reflect.Type;
import java.util.Optional;

/**
 * A parameter of a job method whose value comes from a parameter of the job.
 *
 * @param name in the job document
 * @param type to which the text is converted; of an {@code Optional}, the type of its value
 * @param optional whether it is an {@code Optional}
 * @param defaultValue the text to convert if the parameter of the run is missing or empty
 */
record JobParameter(String name, Type type, boolean optional, Optional<String> defaultValue) {

  /** The type as messages name it. */
  String typeName() {
    return type instanceof Class<?> plain ? plain.getSimpleName() : type.getTypeName();
  }
}
