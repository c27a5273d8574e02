package dev.orrery.scheduler.model.job.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.JobLimits;
import dev.orrery.protocol.text.TraceParent;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.base.json.ResourceName;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Reads and merges the parameters of jobs and instances. */
public final class ParameterRules {
  private static final String RESERVED =
      "must have another name: those that begin with 'orrery.' are reserved";

  private ParameterRules() {}

  /** Reads the field {@code parameters}; absent counts as none. */
  public static Map<String, String> read(JsonFields fields) {
    return fields
        .textMap("parameters")
        .map(parameters -> checked(parameters, fields))
        .orElse(Map.of());
  }

  private static Map<String, String> checked(Map<String, String> parameters, JsonFields fields) {
    for (String key : parameters.keySet()) {
      if (!ResourceName.isValid(key)) {
        throw fields.invalid("parameters", "has a key that is not a name: '" + key + "'");
      }
    }
    if (areTooLong(parameters)) {
      throw fields.invalid("parameters", "must be at most 64 KiB");
    }
    return parameters;
  }

  /** Reads the field {@code parameters} of a run, which may have the trace of its caller. */
  public static Map<String, String> readOfRun(JsonFields fields) {
    Map<String, String> parameters = read(fields);
    for (Map.Entry<String, String> entry : parameters.entrySet()) {
      String name = entry.getKey();
      if (!TraceParent.isReserved(name)) {
        continue;
      }
      if (!name.equals(TraceParent.PARAMETER)) {
        throw fields.invalid("parameters." + name, RESERVED);
      }
      if (!TraceParent.isValid(entry.getValue())) {
        throw fields.invalid("parameters." + name, TraceParent.RULE);
      }
    }
    return parameters;
  }

  /**
   * Refuses the names that only Orrery sets.
   *
   * @param path of the parameters
   */
  static void refuseReserved(Map<String, String> parameters, String path, JsonFields fields) {
    parameters.keySet().stream()
        .filter(TraceParent::isReserved)
        .forEach(name -> fields.refuse(path + "." + name, RESERVED));
  }

  /** Returns true for more than 64 KiB, without the trace: a run that fits must fit with one. */
  public static boolean areTooLong(Map<String, String> parameters) {
    long bytes = 0;
    for (Map.Entry<String, String> entry : parameters.entrySet()) {
      if (entry.getKey().equals(TraceParent.PARAMETER)) {
        continue;
      }
      bytes += entry.getKey().length();
      bytes += entry.getValue().getBytes(StandardCharsets.UTF_8).length;
    }
    return bytes > JobLimits.MAX_PARAMETER_BYTES;
  }

  /** Returns the parameters as they are stored, a JSON object; null for none. */
  public static String text(Map<String, String> parameters, ObjectMapper json) {
    if (parameters.isEmpty()) {
      return null;
    }
    try {
      return json.writeValueAsString(parameters);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A map of strings is always writable", e);
    }
  }

  /** Returns the parameters of a job, overridden by the parameters of an instance. */
  public static Map<String, String> merge(Map<String, String> job, Map<String, String> run) {
    if (run.isEmpty()) {
      return job;
    }
    Map<String, String> merged = new HashMap<>(job);
    merged.putAll(run);
    return merged;
  }
}
