package dev.orrery.worker.binding;

/** Converts the texts of job parameters to types of the application. Thread-safe. */
public interface ParameterConverter {
  /** Converts to no type. */
  ParameterConverter NONE =
      new ParameterConverter() {
        @Override
        public boolean canConvert(Class<?> type) {
          return false;
        }

        @Override
        public Object convert(String text, Class<?> type) {
          throw new IllegalStateException("Nothing converts to " + type);
        }
      };

  /**
   * Called once for each parameter, when the application starts; not for types of the JDK, which
   * have the same texts everywhere.
   */
  boolean canConvert(Class<?> type);

  /**
   * Converts the text.
   *
   * @throws RuntimeException if the text is not a value of the type; its message says why
   */
  Object convert(String text, Class<?> type);
}
