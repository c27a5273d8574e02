package dev.orrery.scheduler.dispatch;

import dev.orrery.protocol.message.AttemptRef;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * A row that was claimed, or found again.
 *
 * @param dueMicros when it was due, in microseconds since 1970
 * @param parameters a JSON object of the run's own parameters; null where there are none
 * @param fireTime null for runs through the API
 * @param timeLeft until the worker is to stop the attempt; null where there is no time-out
 * @param lateness from when it was due to its claim; never negative
 */
record ClaimedInstance(
    AttemptRef attempt,
    int laneId,
    int priority,
    long dueMicros,
    UUID session,
    long versionId,
    String parameters,
    Instant fireTime,
    Duration timeLeft,
    Duration lateness) {

  QueuePosition place() {
    return new QueuePosition(dueMicros, attempt.instance());
  }

  /** What the database's clock said at the claim, in microseconds since 1970. */
  long claimedMicros() {
    return dueMicros + lateness.toNanos() / 1000;
  }
}
