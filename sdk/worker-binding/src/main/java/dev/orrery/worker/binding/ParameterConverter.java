package dev.orrery.worker.binding;

/** Converts the texts of a job's parameters to the types of a method. Thread-safe. */
public interface ParameterConverter {

  /** Called once for each parameter, when the application starts. */
  boolean canConvert(JobParameter parameter);

  /**
   * Converts the text.
   *
   * @throws RuntimeException if the text is not a value of the type; its message says why
   */
  Object convert(String text, JobParameter parameter);

  /** Returns a converter that asks another one where this one cannot convert. */
  default ParameterConverter orElse(ParameterConverter other) {
    ParameterConverter first = this;
    return new ParameterConverter() {
      @Override
      public boolean canConvert(JobParameter parameter) {
        return first.canConvert(parameter) || other.canConvert(parameter);
      }

      @Override
      public Object convert(String text, JobParameter parameter) {
        return (first.canConvert(parameter) ? first : other).convert(text, parameter);
      }
    };
  }
}
