package dev.orrery.worker.binding.declare;

import dev.orrery.protocol.json.JsonMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

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

  /** Returns the name of the processor, without {@code java:}. */
  public String processor() {
    return fields.get("processor") instanceof Map<?, ?> processor
        ? String.valueOf(processor.get("name"))
        : name();
  }

  /** Returns the job document, JSON. */
  public String document() {
    return JsonMap.write(fields);
  }

  /** Returns true if the job is fired, and not only run when it is told to. */
  public boolean hasTrigger() {
    return fields.containsKey("trigger");
  }

  /** Returns the text of a parameter; empty if the document does not set it. */
  public Optional<String> parameter(String name) {
    return fields.get(PARAMETERS) instanceof Map<?, ?> parameters
        ? Optional.ofNullable(parameters.get(name)).map(Object::toString)
        : Optional.empty();
  }
}
