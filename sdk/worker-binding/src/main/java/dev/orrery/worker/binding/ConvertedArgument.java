package dev.orrery.worker.binding;

import dev.orrery.protocol.text.BoundedText;
import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.AttemptFailedException;
import java.util.Optional;

/** Provides the value of a job parameter, converted to the type of the method's parameter. */
record ConvertedArgument(JobParameter parameter, ValueReader reader) implements Argument {
  private static final int SHOWN = 100;

  @Override
  public Object of(AttemptContext attempt) throws AttemptFailedException {
    String given = attempt.parameters().get(parameter.name());
    Optional<Object> value = isEmpty(given) ? withoutText(given) : Optional.of(converted(given));
    if (parameter.optional()) {
      return value;
    }
    return value.orElseThrow();
  }

  /** A blank text is a text, and no value of any other type. */
  private boolean isEmpty(String text) {
    return text == null || text.isEmpty() || (text.isBlank() && !isText());
  }

  private boolean isText() {
    return reader instanceof ValueReader.Single && reader.ofEmpty().isPresent();
  }

  private Optional<Object> withoutText(String given) throws AttemptFailedException {
    if (parameter.defaultValue().isPresent()) {
      return Optional.of(defaultValue());
    }
    if (parameter.optional()) {
      return Optional.empty();
    }
    if (given == null) {
      throw new AttemptFailedException(
          "The run has no parameter '"
              + parameter.name()
              + "'. Set it in the job or in the run, or give it a default: @Param(value = \""
              + parameter.name()
              + "\", defaultValue = …).");
    }
    Optional<Object> empty = reader.ofEmpty();
    if (empty.isEmpty()) {
      throw new AttemptFailedException(
          "The parameter '"
              + parameter.name()
              + "' is empty and must be of the type "
              + parameter.typeName()
              + ". Give it a value, or give the method a default or an Optional.");
    }
    return empty;
  }

  private Object defaultValue() throws AttemptFailedException {
    String text = parameter.defaultValue().orElseThrow();
    Optional<Object> empty = isEmpty(text) ? reader.ofEmpty() : Optional.empty();
    return empty.isPresent() ? empty.get() : converted(text);
  }

  /** Returns true if a run without the parameter fails. */
  boolean isRequired() {
    return !parameter.optional() && parameter.defaultValue().isEmpty();
  }

  /** Returns why the default is not of the type. */
  Optional<String> refusedDefault() {
    if (parameter.defaultValue().isEmpty()) {
      return Optional.empty();
    }
    try {
      defaultValue();
      return Optional.empty();
    } catch (AttemptFailedException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Returns why a run with this text fails. */
  Optional<String> refusal(String text) {
    try {
      var unused = isEmpty(text) ? withoutText(text) : Optional.of(converted(text));
      return Optional.empty();
    } catch (AttemptFailedException e) {
      return Optional.of(e.getMessage());
    }
  }

  private Object converted(String text) throws AttemptFailedException {
    try {
      return reader.ofText(text);
    } catch (Exception e) {
      throw new AttemptFailedException(
          "The parameter '"
              + parameter.name()
              + "' is '"
              + BoundedText.abbreviate(text, SHOWN)
              + "', which is not of type "
              + parameter.typeName()
              + ": "
              + e.getMessage());
    }
  }
}
