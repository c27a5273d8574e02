package dev.orrery.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;

/**
 * A run that has ended.
 *
 * @param took from its start to its end; zero if it never started
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
    Duration took =
        instance.hasNonNull("startedAt")
            ? Duration.between(Instant.parse(instance.path("startedAt").asText()), endedAt)
            : Duration.ZERO;
    return new EndedInstance(
        instance.path("id").asText(),
        instance.path("job").asText(),
        instance.path("state").asText(),
        instance.path("attempt").asInt(),
        endedAt,
        took,
        instance.hasNonNull("fireTime") ? instance.path("fireTime").asText() : null,
        first(instance, "error", "endReason", "result"),
        instance);
  }

  private static String first(JsonNode instance, String... fields) {
    for (String field : fields) {
      if (instance.hasNonNull(field)) {
        return instance.path(field).asText();
      }
    }
    return "";
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
