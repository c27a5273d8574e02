package dev.orrery.worker.binding;

import dev.orrery.protocol.text.BoundedText;
import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.AttemptFailedException;
import java.util.Optional;

/** A parameter of the job, converted to the type of the method's parameter. */
record ConvertedArgument(JobParameter parameter, ParameterConverter converter) implements Argument {
  private static final int SHOWN = 100;

  @Override
  public Object of(AttemptContext attempt) throws AttemptFailedException {
    String given = attempt.parameters().get(parameter.name());
    String text = given == null ? parameter.defaultValue().orElse(null) : given;
    if (text != null) {
      Object value = converted(text);
      if (value == null && (isPrimitive() || isRefusedAsEmpty(given))) {
        throw new AttemptFailedException(
            "The parameter '"
                + parameter.name()
                + "' is empty and must be of the type "
                + simpleName()
                + ". Give it a value"
                + (isRequired() ? "." : ", or leave it out."));
      }
      return parameter.optional() ? Optional.ofNullable(value) : value;
    }
    if (parameter.optional()) {
      return Optional.empty();
    }
    throw new AttemptFailedException(
        "The run has no parameter '"
            + parameter.name()
            + "'. Set it in the job or in the run, or give it a default: @Param(value = \""
            + parameter.name()
            + "\", defaultValue = …).");
  }

  /** Returns true if a run without the parameter fails. */
  boolean isRequired() {
    return !parameter.optional() && parameter.defaultValue().isEmpty();
  }

  private boolean isPrimitive() {
    return parameter.type() instanceof Class<?> type && type.isPrimitive();
  }

  /** An empty text is no value of an {@code Optional}; a converter may return null for others. */
  private boolean isRefusedAsEmpty(String given) {
    return given != null && given.isBlank() && !parameter.optional();
  }

  private Object converted(String text) throws AttemptFailedException {
    try {
      Object value = converter.convert(text, parameter);
      // Some converters return null for an empty text.
      return value == null && parameter.type() == String.class ? text : value;
    } catch (RuntimeException e) {
      throw new AttemptFailedException(
          "The parameter '"
              + parameter.name()
              + "' is '"
              + BoundedText.abbreviate(text, SHOWN)
              + "', which is not of type "
              + simpleName()
              + ": "
              + e.getMessage());
    }
  }

  private String simpleName() {
    return parameter.type() instanceof Class<?> type
        ? type.getSimpleName()
        : parameter.type().getTypeName();
  }
}
