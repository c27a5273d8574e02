package dev.orrery.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.instance.InstanceText;
import java.time.Duration;
import java.time.Instant;

/**
 * An instance that has ended.
 *
 * @param took as measured by its worker, otherwise from its start to its end; zero if it never
 *     started
 * @param document the instance of the API
 */
record EndedInstance(
    String id,
    String job,
    String state,
    int attempt,
    Instant endedAt,
    Duration took,
    String fireTime,
    String detail,
    JsonNode document) {

  static EndedInstance of(JsonNode instance) {
    Instant endedAt = Instant.parse(instance.path("endedAt").asText());
    return new EndedInstance(
        instance.path("id").asText(),
        instance.path("job").asText(),
        instance.path("state").asText(),
        instance.path("attempt").asInt(),
        endedAt,
        took(instance, endedAt),
        instance.hasNonNull("fireTime") ? instance.path("fireTime").asText() : null,
        InstanceText.outcome(instance),
        instance);
  }

  private static Duration took(JsonNode instance, Instant endedAt) {
    if (instance.hasNonNull("runMillis")) {
      return Duration.ofMillis(instance.path("runMillis").asLong());
    }
    return instance.hasNonNull("startedAt")
        ? Duration.between(Instant.parse(instance.path("startedAt").asText()), endedAt)
        : Duration.ZERO;
  }

  boolean succeeded() {
    return state.equals("SUCCEEDED");
  }

  boolean failed() {
    return state.equals("FAILED") || state.equals("TIMED_OUT");
  }

  boolean wasRetried() {
    return attempt > 1;
  }
}
