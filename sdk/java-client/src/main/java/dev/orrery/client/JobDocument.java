package dev.orrery.client;

import dev.orrery.protocol.json.JsonException;
import dev.orrery.protocol.json.JsonMap;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The definition of a job as users write it, with the fields of docs/jobs.md. The scheduler checks
 * it.
 *
 * @param fields in their order; values are maps, lists, strings, {@code BigDecimal}s, booleans or
 *     null
 */
public record JobDocument(Map<String, @Nullable Object> fields) {
  public JobDocument {
    // Copies all levels, and refuses what JSON cannot express.
    fields = Collections.unmodifiableMap(parsed(JsonMap.write(fields)));
  }

  /**
   * @throws IllegalArgumentException naming the value that JSON cannot express
   */
  public static JobDocument of(Map<String, ? extends @Nullable Object> fields) {
    return new JobDocument(JsonMap.of(fields));
  }

  /**
   * @throws IllegalArgumentException naming the position of the mistake
   */
  public static JobDocument ofJson(String json) {
    return new JobDocument(parsed(json));
  }

  static Map<String, @Nullable Object> parsed(String json) {
    try {
      return JsonMap.parse(json);
    } catch (JsonException e) {
      throw new IllegalArgumentException("This is not a JSON object: " + e.getMessage() + ".", e);
    }
  }

  /** Returns the field {@code name}, which a file of jobs needs. */
  public Optional<String> name() {
    return new Fields(fields).optionalText("name");
  }

  public String toJson() {
    return JsonMap.write(fields);
  }
}
