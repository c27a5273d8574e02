package dev.orrery.worker.binding;

/**
 * Writes the return values of job methods as JSON, with a library of the application. Thread-safe.
 */
@FunctionalInterface
public interface ResultWriter {

  /**
   * Returns the object as JSON. Neither a text nor null arrives here.
   *
   * @throws Exception if the library cannot write it, which fails the run
   */
  String write(Object result) throws Exception;
}
