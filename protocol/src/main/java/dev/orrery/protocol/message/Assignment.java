package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.orrery.protocol.ProcessorSpec;
import java.util.Map;

/**
 * An attempt that the worker must run.
 *
 * @param instance 63 bits, a string of digits in JSON
 * @param attempt from 1
 * @param job the job's name
 * @param jobVersion counts the edits of the job, from 1
 * @param processor the processor to run
 * @param parameters of the job, overlaid with the instance's own
 * @param fireTime of the trigger, RFC 3339 in UTC, the same for every attempt; absent for instances
 *     that were submitted through the API
 * @param timeoutMillis milliseconds from receipt until the worker stops the attempt; absent means
 *     no time-out
 */
@SparseMessage
public record Assignment(
    @JsonFormat(shape = JsonFormat.Shape.STRING) long instance,
    int attempt,
    String job,
    int jobVersion,
    ProcessorSpec processor,
    Map<String, String> parameters,
    String fireTime,
    @JsonProperty("timeout") Long timeoutMillis) {

  public Assignment {
    parameters = parameters == null ? Map.of() : Map.copyOf(parameters);
  }

  public AttemptRef ref() {
    return new AttemptRef(instance, attempt);
  }
}
