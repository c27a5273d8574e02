package dev.orrery.client;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;

/**
 * A job as users write it, with the fields of docs/jobs.md. The scheduler checks it.
 *
 * @param fields in their order; values are maps, lists, strings, numbers, booleans or null
 */
public record JobDocument(Map<String, Object> fields) {
  public JobDocument {
    // Copies all levels, and refuses what JSON cannot express.
    fields = Collections.unmodifiableMap(Json.readObject(Json.write(fields)));
  }

  /**
   * @throws IllegalArgumentException naming the value that JSON cannot express
   */
  public static JobDocument of(Map<String, ?> fields) {
    return new JobDocument(Json.object(fields));
  }

  /**
   * @throws IllegalArgumentException naming line and column of the mistake
   */
  public static JobDocument ofJson(String json) {
    return new JobDocument(Json.readObject(json));
  }

  /** Returns the field {@code name}, which a file of jobs needs. */
  public Optional<String> name() {
    return new Fields(fields).optionalText("name");
  }

  public String toJson() {
    return Json.write(fields);
  }
}
