package dev.orrery.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is in the table of an outbox, at most ten seconds ago; all processes of an application see
 * the same.
 *
 * @param waiting runs that are to be submitted, also those that were refused before
 * @param oldest when the oldest of them was stored
 * @param refused runs that the scheduler has refused, and those that are not tried any more
 * @param problem why this process submits nothing at the moment
 */
public record OutboxState(
    long waiting, Optional<Instant> oldest, long refused, Optional<String> problem) {
  static final OutboxState UNKNOWN =
      new OutboxState(0, Optional.empty(), 0, Optional.of("The outbox was not read yet."));

  /** Returns the age of the oldest run that waits; zero if none does. */
  public Duration oldestAge(Instant now) {
    return oldest
        .map(at -> Duration.between(at, now))
        .filter(age -> !age.isNegative())
        .orElse(Duration.ZERO);
  }
}
