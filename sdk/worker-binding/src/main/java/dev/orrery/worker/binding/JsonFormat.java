package dev.orrery.worker.binding;

import java.lang.reflect.Type;

/** Writes results as JSON, and reads parameters from it: records, and collections of them. */
public interface JsonFormat extends ResultWriter {

  /**
   * Returns the value of the type.
   *
   * @throws Exception if the text is not JSON of the type; its message says why
   */
  Object read(String json, Type type) throws Exception;
}
