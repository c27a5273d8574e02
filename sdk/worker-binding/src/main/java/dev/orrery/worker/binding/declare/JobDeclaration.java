package dev.orrery.worker.binding.declare;

import dev.orrery.protocol.json.JsonMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A job that the application declares.
 *
 * @param fields of the job document, in their order
 */
public record JobDeclaration(Map<String, Object> fields) {
  private static final String PARAMETERS = "parameters";

  public JobDeclaration {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  public String name() {
    return fields.get("name").toString();
  }

  /** Returns the job document, JSON. */
  public String document() {
    return JsonMap.write(fields);
  }

  /** Returns the names of the parameters that the document sets. */
  public Set<String> parameters() {
    return fields.get(PARAMETERS) instanceof Map<?, ?> parameters
        ? JsonMap.of(parameters).keySet()
        : Set.of();
  }
}
