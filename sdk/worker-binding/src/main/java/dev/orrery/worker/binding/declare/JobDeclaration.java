package dev.orrery.worker.binding.declare;

import dev.orrery.protocol.json.JsonMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A job that the application declares.
 *
 * @param fields of the job document, in their order
 */
public record JobDeclaration(Map<String, Object> fields) {
  private static final String PARAMETERS = "parameters";
  private static final Set<String> SHARD_PARAMETERS = Set.of("shardIndex", "shardCount");

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

  /** Returns true if each part of a run has the parameter. */
  public boolean setsInParts(String parameter) {
    return fields.containsKey("fanOut") && SHARD_PARAMETERS.contains(parameter);
  }

  /** The names of the parameters that the document sets. */
  public Set<String> parameterNames() {
    return fields.get(PARAMETERS) instanceof Map<?, ?> parameters
        ? parameters.keySet().stream().map(String::valueOf).collect(Collectors.toSet())
        : Set.of();
  }

  /** Returns the text of a parameter; empty if it is not set, or not known yet. */
  public Optional<String> parameter(String name) {
    return fields.get(PARAMETERS) instanceof Map<?, ?> parameters
        ? Optional.ofNullable(parameters.get(name)).map(Object::toString)
        : Optional.empty();
  }
}
