package dev.orrery.worker.binding.client;

import dev.orrery.client.OutboxState;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The health of the outbox, independent of a framework: up while its runs can be submitted. Single
 * runs that the scheduler refuses are only counted.
 *
 * @param details texts and numbers
 */
public record OutboxHealth(boolean isUp, Map<String, Object> details) {
  public static final String NAME = "orreryOutbox";

  public static OutboxHealth of(OrreryOutbox outbox, Instant now) {
    Optional<OutboxState> state = outbox.state();
    if (state.isEmpty()) {
      return new OutboxHealth(false, Map.of("problem", "The application does not run."));
    }
    OutboxState read = state.get();
    Map<String, Object> details = new LinkedHashMap<>();
    read.problem().ifPresent(problem -> details.put("problem", problem));
    details.put("waiting", read.waiting());
    details.put("oldestSeconds", read.oldestAge(now).toSeconds());
    details.put("refused", read.refused());
    return new OutboxHealth(read.problem().isEmpty(), details);
  }
}
