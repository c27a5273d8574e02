package dev.orrery.client;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A submission of one or more runs of a job, with their parameters and earliest start.
 *
 * @param parameters override those of the job
 * @param runAt the earliest start; empty for now
 * @param count how many instances, 1 to 20,000
 */
public record Run(String job, Map<String, String> parameters, Optional<Instant> runAt, int count) {

  public Run {
    Names.require("job", job);
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    if (count < 1) {
      throw new IllegalArgumentException("The count of a run must be at least 1; got " + count);
    }
  }

  public static Run of(String job) {
    return new Run(job, Map.of(), Optional.empty(), 1);
  }

  public Run parameter(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(parameters);
    more.put(name, value);
    return new Run(job, more, runAt, count);
  }

  /** Adds parameters, such as those of a record that {@code orrery-worker-processor} has made. */
  public Run parameters(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(parameters);
    all.putAll(more);
    return new Run(job, all, runAt, count);
  }

  public Run at(Instant earliest) {
    return new Run(job, parameters, Optional.of(earliest), count);
  }

  public Run count(int instances) {
    return new Run(job, parameters, runAt, instances);
  }

  /** The run of the job in the path. */
  Map<String, Object> body() {
    Map<String, Object> body = new LinkedHashMap<>();
    if (!parameters.isEmpty()) {
      body.put("parameters", parameters);
    }
    runAt.ifPresent(at -> body.put("runAt", at));
    return body;
  }

  Map<String, Object> bodyOfList() {
    Map<String, Object> body = body();
    body.put("job", job);
    if (count > 1) {
      body.put("count", count);
    }
    return body;
  }
}
